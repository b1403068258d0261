import ArgumentParser

@main
struct Tinyvmaf: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tinyvmaf",
    abstract: "Exact VMAF, and tiny neural students of it.")
}
