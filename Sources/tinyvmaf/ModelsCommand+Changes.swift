import ArgumentParser
import ModelPackage

extension ModelsCommand {
  /// Whose signature counts.
  struct SignerArguments: ParsableArguments {
    @Option(help: ArgumentHelp("Public key that must have signed.", valueName: "file"))
    var key: String?

    @Option(help: ArgumentHelp("Identity that must have signed, with --issuer.", valueName: "name"))
    var identity: String?

    @Option(help: ArgumentHelp("Who vouches for --identity.", valueName: "url"))
    var issuer: String?

    func validate() throws {
      guard (identity == nil) == (issuer == nil) else {
        throw ValidationError("--identity and --issuer go together.")
      }
      guard key == nil || identity == nil else {
        throw ValidationError("Give either --key or --identity.")
      }
    }

    /// The signer, anybody unless one was named.
    var signer: Signature.Signer {
      if let key { return .key(key) }
      if let identity, let issuer { return .identity(identity, issuer: issuer) }
      return .anybody
    }
  }

  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "verify",
      abstract: "Check files, hashes, weights, golden scores and signatures.",
      usage: "tinyvmaf models verify [<models> ...] [<options>]",
      discussion: """
        Exit code 65 when something does not hold. A Sigstore bundle (ID.onnx.sigstore.json) beside \
        a model is checked by cosign; without cosign that is said and not counted as a failure.
        """)

    @Argument(help: "Ids, or packages' .onnx or .json files; all models of the registry if none.")
    var models: [String] = []

    @OptionGroup(title: "Signature") var signer: SignerArguments

    mutating func run() async throws {
      let registry = ModelRegistry()
      var isSound = true
      for name in models.isEmpty ? registry.identifiers : models {
        let result: ModelVerification
        if name.hasSuffix(".onnx") || name.hasSuffix(".json") {
          try Failure.requireFile(name)
          result = await ModelVerification(path: name, signer: signer.signer)
        } else {
          let id = try ModelArgument.identifier(name)
          result = try await ModelVerification(id, in: registry, signer: signer.signer)
        }
        Terminal.out("\(result.name): \(result.isSound ? "sound" : "NOT SOUND")\n")
        for fact in result.facts { Terminal.out("  ok    \(fact)\n") }
        for note in result.notes { Terminal.out("  note  \(note)\n") }
        for problem in result.problems { Terminal.out("  BAD   \(problem)\n") }
        isSound = isSound && result.isSound
      }
      if !isSound { throw Failure.badData }
    }
  }

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add", abstract: "Copy a package into the user's folder, checked.",
      usage: "tinyvmaf models add <package> [<options>]")

    @Argument(help: "The package: its .onnx or .json file.")
    var package: String

    @Flag(help: "Replace a model of that id.")
    var replace = false

    @OptionGroup(title: "Signature") var signer: SignerArguments

    mutating func run() async throws {
      try Failure.requireFile(package)
      let registry = ModelRegistry()
      let (sidecar, signatures) = try await registry.add(
        package, replacing: replace, signer: signer.signer)
      for (file, outcome) in signatures.sorted(by: { $0.key < $1.key }) {
        switch outcome {
        case .unsigned: break
        case .valid(let signer):
          let who = signer == .anybody ? "signed; by whom was not asked" : "signed as required"
          Terminal.noteLine("\(file): \(who)")
        case .notChecked:
          Terminal.noteLine(
            "warning: \(file) has a signature that was not checked: "
              + "cosign is not installed")
        }
      }
      Terminal.out("\(sidecar.id) is in \(registry.userFolder ?? "")\n")
    }
  }

  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "remove", abstract: "Delete a model of the user's folder.")

    @Argument(help: "The model's id.")
    var model: String

    mutating func run() throws { try ModelRegistry().remove(model) }
  }
}
