/// Per-frame values of one distorted video, column by column.
public struct FeatureTable: Sendable, Equatable {
  /// The values of one feature (or score), one per frame of the table.
  public struct Column: Sendable, Equatable {
    /// What the values are.
    public let name: FeatureName
    /// One value per entry of ``FeatureTable/frames``.
    public let values: [Double]

    /// Creates a column.
    public init(name: FeatureName, values: [Double]) {
      self.name = name
      self.values = values
    }
  }

  /// The frame numbers of the rows, ascending; with subsampling not consecutive.
  public let frames: [Int]
  /// The columns, in the order of libvmaf's output.
  public private(set) var columns: [Column]

  /// Creates a table; every column must have as many values as there are frames.
  public init(frames: [Int], columns: [Column] = []) {
    self.frames = frames
    self.columns = []
    for column in columns { append(column) }
  }

  /// Appends a column, or does nothing when there is one of that name.
  public mutating func append(_ column: Column) {
    precondition(column.values.count == frames.count, "column \(column.name) has another length")
    guard self[column.name] == nil else { return }
    columns.append(column)
  }

  /// The values of the named column, or `nil`.
  public subscript(name: FeatureName) -> [Double]? {
    columns.first { $0.name == name }?.values
  }
}
