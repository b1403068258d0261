/// A report as one file: everything is inside, nothing is loaded, and it reads without scripts.
struct HTMLPage {
  /// A part of the page.
  struct Section {
    let id: String
    let title: String
    /// A sentence below the title, as text; may be empty.
    var lead = ""
    /// Markup.
    let body: String
  }

  /// The title of the window, as text.
  var title: String
  /// What kind of report it is, as text.
  var kind: String
  /// The heading, as text.
  var heading: String
  /// A line below the heading, as text.
  var subtitle = ""
  /// Markup below the heading.
  var headline = ""
  /// The parts, in order.
  var sections: [Section] = []
  /// Values for the script, as JSON that is fit for a script element.
  var data: String?
  /// A line at the end, as text.
  var imprint = ""

  /// The file.
  func text() -> String {
    var text = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    text += "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
    text += "<meta name=\"referrer\" content=\"no-referrer\">\n"
    // Nothing may be loaded, even if a name from outside got past the escaping.
    text += "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
    text += "img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    text += "base-uri 'none'; form-action 'none'\">\n"
    text += "<link rel=\"icon\" href=\"data:,\">\n"
    text += "<title>\(Markup.escaped(title))</title>\n<style>\(PageStyle.text)</style>\n</head>\n"
    text += "<body>\n<header>\n<div class=\"top\"><span><b>tinyvmaf</b> \(Markup.escaped(kind))"
    text += "</span></div>\n<h1>\(Markup.escaped(heading))</h1>\n"
    if !subtitle.isEmpty { text += "<p class=\"lead\">\(Markup.escaped(subtitle))</p>\n" }
    text += headline
    if sections.count > 2 {
      let links = sections.map { "<li><a href=\"#\($0.id)\">\(Markup.escaped($0.title))</a></li>" }
      text += "<nav aria-label=\"Parts of the report\"><ul>\(links.joined())</ul></nav>\n"
    }
    text += "</header>\n<main>\n"
    for section in sections {
      text += "<section id=\"\(section.id)\" aria-labelledby=\"\(section.id)-title\">\n"
      text += "<h2 id=\"\(section.id)-title\">\(Markup.escaped(section.title))</h2>\n"
      if !section.lead.isEmpty {
        text += "<p class=\"lead\">\(Markup.escaped(section.lead))</p>\n"
      }
      text += section.body + "\n</section>\n"
    }
    text += "</main>\n<footer>\(Markup.escaped(imprint))</footer>\n"
    if let data { text += "<script type=\"application/json\" id=\"data\">\(data)</script>\n" }
    return text + "<script>\(PageScript.text)</script>\n</body>\n</html>\n"
  }
}

// MARK: - Parts

extension HTMLPage {
  /// A chart with its legend.
  static func figure(_ chart: Chart, legend: [(label: String, ink: Int, isDashed: Bool)] = [])
    -> String
  {
    "<figure class=\"plot\">\(chart.inlineSVG())</figure>\n" + Self.legend(legend)
  }

  /// The names of colours; the script turns them into switches.
  static func legend(
    _ entries: [(label: String, ink: Int, isDashed: Bool)], id: String = ""
  ) -> String {
    guard entries.count > 1 else { return "" }
    let items = entries.map { entry in
      "<li data-key=\"\(Markup.escaped(entry.label))\">"
        + key(entry.ink, isDashed: entry.isDashed) + Markup.escaped(entry.label) + "</li>"
    }
    let name = id.isEmpty ? "" : " id=\"\(id)\""
    return "<ul class=\"legend\"\(name)>\(items.joined())</ul>\n"
  }

  /// A short line in a colour.
  static func key(_ ink: Int, isDashed: Bool = false) -> String {
    "<span class=\"key i\(ink % ChartStyle.inkCount)\(isDashed ? " da" : "")\"></span>"
  }

  /// A cell of a table.
  struct Cell {
    /// Markup.
    let markup: String

    /// Text.
    static func text(_ text: String) -> Cell { Cell(markup: Markup.escaped(text)) }
    /// Text that stands out.
    static func strong(_ text: String) -> Cell {
      Cell(markup: "<b>\(Markup.escaped(text))</b>")
    }
  }

  /// A table whose first column names its rows; it scrolls by itself where it is too wide.
  static func table(_ name: String, header: [String], rows: [[Cell]]) -> String {
    var text = "<div class=\"wide\" tabindex=\"0\" role=\"region\" "
    text += "aria-label=\"\(Markup.escaped(name))\"><table><thead><tr>"
    text += header.map { "<th scope=\"col\">\(Markup.escaped($0))</th>" }.joined()
    text += "</tr></thead><tbody>\n"
    for row in rows {
      text += "<tr>"
      for (index, cell) in row.enumerated() {
        let style = cell.markup.count > 60 && !cell.markup.hasPrefix("<") ? " class=\"n\"" : ""
        text +=
          index == 0
          ? "<th scope=\"row\">\(cell.markup)</th>" : "<td\(style)>\(cell.markup)</td>"
      }
      text += "</tr>\n"
    }
    return text + "</tbody></table></div>\n"
  }

  /// Names with their values.
  static func facts(_ facts: [Fact], style: String = "facts") -> String {
    let items = facts.map {
      "<div><dt>\(Markup.escaped($0.name))</dt><dd>\(Markup.escaped($0.value))</dd></div>"
    }
    return "<dl class=\"\(style)\">\(items.joined(separator: "\n"))</dl>\n"
  }

  /// Notes and warnings, as the command line writes them: `warning: …`.
  static func notes(_ findings: [String]) -> String {
    guard !findings.isEmpty else { return "" }
    let items = findings.map { finding in
      let parts = finding.split(separator: ": ", maxSplits: 1).map(String.init)
      guard parts.count == 2, ["warning", "note"].contains(parts[0]) else {
        return "<li>\(Markup.escaped(finding))</li>"
      }
      let name = parts[0] == "note" ? "Note" : "Warning"
      return "<li class=\"\(parts[0])\"><b>\(name)</b>\(Markup.escaped(parts[1]))</li>"
    }
    return "<ul class=\"notes\">\(items.joined(separator: "\n"))</ul>\n"
  }
}

/// A name with its value, for instance `codec` and `h264`.
public struct Fact: Hashable, Sendable {
  /// What is stated.
  public let name: String
  /// What is stated about it.
  public let value: String

  /// Creates a fact.
  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}
