#!/usr/bin/env bash
# Turns the .proto of the ONNX reader and writer into Swift. Run it after a change of that file and
# commit the result; no build runs it. Needs protoc (Debian: protobuf-compiler); the Swift plugin
# is built from the swift-protobuf checkout of this package, so that both are of one version.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=Sources/ModelPackage/ONNX/Wire

command -v protoc >/dev/null || {
  echo "generate-protobuf: protoc is missing (Debian and Ubuntu: apt-get install protobuf-compiler)" >&2
  exit 1
}
swift package resolve
plugin=.build/protobuf-plugin
swift build -c release --product protoc-gen-swift \
  --package-path .build/checkouts/swift-protobuf --scratch-path "$plugin"
protoc --plugin="$plugin/release/protoc-gen-swift" --proto_path="$folder" \
  --swift_opt=Visibility=Internal --swift_opt=UseAccessLevelOnImports=true \
  --swift_out="$folder" onnx.proto
echo "$folder/onnx.pb.swift"
