/// A server of the Model Context Protocol that scores videos.
///
/// ```swift
/// let folders = try AllowedFolders(["/videos"])
/// let server = QualityServer(Workspace(folders: folders, version: "1.0"))
/// try await server.serveStandardStreams()
/// ```
///
/// The protocol is in ``Dispatcher``, what can be done in the tools, and how messages travel in the
/// transports; none knows the others' insides.
public struct QualityServer: Sendable {
  /// What the tools share.
  public let workspace: Workspace
  let dispatcher: Dispatcher

  /// Creates a server.
  public init(_ workspace: Workspace) {
    self.workspace = workspace
    dispatcher = Dispatcher(
      identity: ServerIdentity(
        name: "tinyvmaf", title: "tinyvmaf", version: workspace.version,
        instructions: Self.instructions),
      tools: Self.tools(workspace),
      resources: ResourceCatalog(
        results: workspace.results, models: workspace.models, gates: GateReports(),
        workspace: workspace),
      prompts: Prompt.all)
  }

  private static func tools(_ workspace: Workspace) -> [any Tool] {
    [
      ScoreTool(workspace), WorstFramesTool(workspace: workspace), ProbeTool(workspace),
      ListModelsTool(workspace: workspace), DescribeModelTool(workspace: workspace),
      CompareModelsTool(workspace: workspace), EvaluateModelTool(workspace: workspace),
      ListBackendsTool(workspace: workspace), BenchmarkTool(workspace: workspace),
    ]
  }

  private static let instructions = """
    Measures how good a distorted video looks beside its reference (VMAF, 0 to 100). Start with \
    vmaf_score; call probe first if the two might not belong together, and worst_frames to see \
    where quality is lost. Paths are on the server's machine, below its allowed folders \
    (list_backends names them). Always pass on the findings of a score: they say when it means \
    nothing.
    """
}
