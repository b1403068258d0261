/// Colours and strokes of charts.
///
/// The first colours follow Okabe and Ito's set for all kinds of colour vision, darkened on paper
/// and lightened on black so that they can also be read as text; later ones are told apart by
/// their dashes too.
enum ChartStyle {
  private static let light = [
    "#0067a8", "#b04208", "#00714d", "#93408a", "#755a00", "#545b63", "#a51f3d", "#3f4fc2",
    "#0a6c7f", "#6f4320",
  ]
  private static let dark = [
    "#62b4f0", "#f2905a", "#45c79c", "#dd92d3", "#d8b94e", "#b3bac2", "#f48796", "#9dabff",
    "#62c8d9", "#d1a57f",
  ]

  /// The number of colours; higher numbers start again.
  static var inkCount: Int { light.count }

  /// The shapes, which take their colours from variables.
  static let page = """
    .g{stroke:var(--line)}.a{stroke:var(--axis)}.t,.w{font-size:12px;fill:var(--soft)}\
    .t,.w{stroke:var(--paper);stroke-width:3px;paint-order:stroke;stroke-linejoin:round}\
    .w{fill:var(--text)}.w[class*=" i"]{fill:var(--c)}.t,.w{font-variant-numeric:tabular-nums}\
    .ln,.sn,.mk,.pt{fill:none;vector-effect:non-scaling-stroke}\
    .ln{stroke:var(--c);stroke-width:1.6px;stroke-linejoin:round}.bd{fill:var(--c);opacity:.18}\
    .da{stroke-dasharray:6 3}.br{fill:var(--c)}.sn{stroke:var(--c);stroke-width:2.5px}\
    .pt{stroke:var(--c);stroke-width:7px;stroke-linecap:round}.pt.sm{stroke-width:3px}\
    .mk{stroke:var(--axis);stroke-width:1px}.mk.da{stroke-dasharray:4 3}.mk.fa{opacity:.55}\
    @media(max-width:560px){.z{display:none}}
    """

  /// The variables of light and dark pages.
  static let lightVariables = """
    --paper:#fdfdfc;--card:#f5f5f2;--text:#191b1e;--soft:#555b63;--line:#e4e4e0;--axis:#9b9fa5;\
    --accent:#0067a8;--warn:#8a4b00;--warn-paper:#fdf3e2;
    """ + variables(light)
  static let darkVariables = """
    --paper:#15171a;--card:#1e2125;--text:#e9eaeb;--soft:#a4abb3;--line:#2d3136;--axis:#6b727a;\
    --accent:#62b4f0;--warn:#f0bd6e;--warn-paper:#2b2418;
    """ + variables(dark)

  /// Which colour each number stands for.
  static let inks = (0..<inkCount).map { ".i\($0){--c:var(--i\($0))}" }.joined()

  /// All of it for a file of its own.
  static let file =
    ":root{\(lightVariables)}@media(prefers-color-scheme:dark){:root{\(darkVariables)}}"
    + inks + page + ".paper{fill:var(--paper)}"
    + ".ti{font-size:15px;font-weight:600;fill:var(--text)}"

  private static func variables(_ colors: [String]) -> String {
    colors.enumerated().map { "--i\($0):\($1);" }.joined()
  }
}
