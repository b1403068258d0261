import ArgumentParser
import VMAFModel

/// Tells somebody who mistyped a command which one was meant.
enum CommandSuggestion {
  /// Checks the commands at the start of the arguments; options are left to the parser.
  ///
  /// - Throws: `ValidationError` that names the likely command.
  static func check(_ arguments: [String]) throws {
    var command: any ParsableCommand.Type = Tinyvmaf.self
    var path = Tinyvmaf.configuration.commandName ?? ""
    for argument in arguments {
      let subcommands = command.configuration.subcommands
      guard !subcommands.isEmpty, !argument.hasPrefix("-"), argument != "help" else { return }
      let names = subcommands.map { $0.configuration.commandName ?? "" }
      guard let position = names.firstIndex(of: argument) else {
        let likely = ModelSpecification.suggestion(for: argument, among: names)
        let advice =
          likely.map { "did you mean \"\($0)\"?" } ?? "there are \(names.joined(separator: ", "))."
        throw ValidationError("\"\(path) \(argument)\" is no command; \(advice)")
      }
      command = subcommands[position]
      path += " \(argument)"
    }
  }
}
