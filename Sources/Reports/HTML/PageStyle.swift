/// The style sheet of all reports.
enum PageStyle {
  /// The whole style sheet; the colours stand twice, for the preference and for the button.
  static let text =
    ":root{color-scheme:light;\(ChartStyle.lightVariables)}"
    + "@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light])"
    + "{color-scheme:dark;\(ChartStyle.darkVariables)}}"
    + "@media screen{:root[data-theme=dark]{color-scheme:dark;\(ChartStyle.darkVariables)}}"
    + ChartStyle.inks + ChartStyle.page + layout + parts + media

  private static let layout = """
    *{box-sizing:border-box}html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}\
    body{margin:0;background:var(--paper);color:var(--text);\
    font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;\
    font-variant-numeric:tabular-nums}\
    main,header,footer{max-width:1120px;margin:0 auto;padding:0 clamp(16px,4vw,40px)}\
    header{padding-top:36px}h1,h2,h3,p,figure,dl,dd,ul{margin:0;padding:0}\
    h1{font-size:clamp(22px,3.4vw,32px);line-height:1.2;font-weight:650;letter-spacing:-.015em;\
    overflow-wrap:anywhere;text-wrap:balance}\
    h2{font-size:19px;font-weight:650;letter-spacing:-.01em}\
    h3{font-size:15px;font-weight:600;overflow-wrap:anywhere}\
    section{padding-top:44px}section>h2{padding-top:14px;border-top:1px solid var(--line)}\
    .lead{color:var(--soft);max-width:72ch;margin-top:4px;overflow-wrap:anywhere}\
    .top{display:flex;justify-content:space-between;gap:16px;align-items:baseline;\
    font-size:13px;color:var(--soft);margin-bottom:14px}.top b{color:var(--text)}\
    nav ul{display:flex;flex-wrap:wrap;gap:4px 20px;list-style:none;margin-top:18px;font-size:14px}\
    a{color:var(--accent);text-underline-offset:3px;text-decoration-thickness:1px}\
    nav a{text-decoration:none}nav a:hover{text-decoration:underline}\
    footer{padding-top:44px;padding-bottom:48px;color:var(--soft);font-size:13px}\
    :focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:3px}
    """

  private static let parts = """
    .headline{display:grid;grid-template-columns:auto 1fr;gap:8px 40px;align-items:end;\
    margin-top:28px}.score{font-size:clamp(56px,10vw,88px);line-height:.95;font-weight:650;\
    letter-spacing:-.035em}.score small{display:block;font-size:14px;line-height:1.4;\
    font-weight:400;letter-spacing:0;color:var(--soft);margin-top:10px}\
    .stats{display:grid;grid-template-columns:repeat(auto-fit,minmax(92px,1fr));gap:14px 20px}\
    .stats dt{font-size:13px;color:var(--soft)}.stats dd{font-size:21px;font-weight:600;\
    letter-spacing:-.01em;line-height:1.3}.spaced{margin-top:28px}\
    .wide{overflow-x:auto;margin-top:16px}h3+.wide{margin-top:4px}table{border-collapse:collapse;width:100%;font-size:14px}\
    th,td{padding:7px 0 7px 20px;text-align:right;border-bottom:1px solid var(--line);\
    white-space:nowrap;vertical-align:middle}th:first-child,td:first-child{padding-left:0;\
    text-align:left}thead th{font-weight:500;color:var(--soft);font-size:13px;vertical-align:bottom}\
    tbody th{font-weight:500;white-space:normal;overflow-wrap:anywhere;min-width:180px}\
    td.n{white-space:normal;text-align:left;overflow-wrap:anywhere}td b{font-weight:650}\
    td svg{display:block;margin-left:auto}.key{display:inline-block;width:18px;height:0;\
    border-top:3px solid var(--c);margin-right:9px;vertical-align:middle;border-radius:1px}\
    .keyed{display:flex;align-items:center}.keyed .key{flex:none}.key.da{border-top-style:dashed}.notes{display:grid;gap:8px;margin-top:22px;list-style:none}\
    .notes li{padding:9px 14px;border-radius:6px;background:var(--card);overflow-wrap:anywhere;\
    font-size:14px}.notes .warning{background:var(--warn-paper);color:var(--warn)}\
    .notes b{font-weight:600;margin-right:6px}\
    .plot{margin-top:18px;position:relative}.chart{display:block;overflow:visible}\
    .legend{display:flex;flex-wrap:wrap;gap:6px 8px;list-style:none;margin-top:12px;font-size:13px}\
    .legend li{padding:4px 10px 4px 0;overflow-wrap:anywhere;min-width:0}\
    .legend button,.tools button,.tools select{font:inherit;color:inherit;background:var(--card);\
    border:1px solid var(--line);border-radius:6px;padding:4px 10px;cursor:pointer;max-width:100%;\
    text-align:left;overflow-wrap:anywhere}.legend button:hover,.tools button:hover{\
    border-color:var(--axis)}.legend button[aria-pressed=false]{text-decoration:line-through;\
    color:var(--soft);background:none}.legend output{margin-left:8px;font-weight:600}\
    .tools{display:flex;flex-wrap:wrap;gap:8px 12px;align-items:center;margin-top:14px;\
    font-size:13px}.tools label{display:flex;gap:8px;align-items:center;color:var(--soft);\
    min-width:0}.tools .at{margin-left:auto;color:var(--soft)}.tools select{min-width:0}\
    input[type=range]{width:100%;margin:2px 0 0;accent-color:var(--accent);display:block}\
    .cursor,.picked{position:absolute;top:18px;pointer-events:none}\
    .cursor{width:1px;background:var(--text)}.picked{background:var(--accent);opacity:.15}\
    .frames{display:grid;gap:30px;margin-top:18px}.frame p{font-size:14px;color:var(--soft)}\
    .frame b{color:var(--text)}.trio{display:grid;grid-template-columns:repeat(3,1fr);gap:10px;\
    margin-top:8px}.trio img{display:block;width:100%;height:auto;background:#000;\
    border-radius:4px}.trio figcaption{font-size:12px;color:var(--soft);margin-top:3px}\
    .small{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(300px,100%),1fr));\
    gap:26px 36px;margin-top:18px}.small h3{font-weight:500;font-size:14px}\
    .facts{display:grid;gap:5px;margin-top:10px;font-size:14px}.facts div{display:grid;\
    grid-template-columns:170px minmax(0,1fr);gap:0 24px}.facts dt{color:var(--soft)}\
    .facts dd{overflow-wrap:anywhere}section>h3{margin-top:26px}\
    .off{display:none}code{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}\
    .cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(230px,100%),1fr));\
    gap:26px 24px;margin-top:18px}.cards img{display:block;width:100%;height:auto;\
    border-radius:4px;background:#000;margin-bottom:8px}.cards p{font-size:13px;color:var(--soft)}
    """

  private static let media = """
    #theme{font:inherit;color:inherit;background:none;border:1px solid var(--line);\
    border-radius:6px;padding:3px 10px;cursor:pointer;white-space:nowrap}\
    @media(max-width:720px){.headline{grid-template-columns:1fr;gap:24px}\
    .tools .at{margin-left:0;width:100%}}\
    @media(max-width:560px){.trio{grid-template-columns:1fr 1fr}.facts{gap:10px}\
    .facts div{grid-template-columns:1fr}}\
    @media print{body{font-size:11pt}nav,.tools,#theme,input[type=range],.cursor{display:none}\
    main,header,footer{max-width:none;padding-left:0;padding-right:0}section{padding-top:26px}\
    figure,.frame,tr,h2,h3{break-inside:avoid}h2,h3{break-after:avoid}\
    .legend button{border:0;padding:0}a{color:inherit}}\
    @media(prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
    """
}
