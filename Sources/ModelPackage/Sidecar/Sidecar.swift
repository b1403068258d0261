/// What is known about a model: the `NAME.json` beside its `NAME.onnx`.
///
/// There is one layout, ``currentSchema``, for models of this project and of others; its JSON Schema
/// is ``schemaText``. Keys that it does not have are refused, so that a misspelt one is not ignored
/// in silence. Keys are snake_case.
///
/// A sidecar pins every file of its model by size and SHA-256. A model file that this project wrote
/// pins the sidecar in turn (see ``contentDigest()``), so a change of either shows.
public struct Sidecar: Equatable, Sendable, Codable {
  /// The layout this version writes and reads.
  public static let currentSchema = "tinyvmaf.model/1"

  /// The layout.
  public var schema = Sidecar.currentSchema
  /// The model's name in the registry: lower-case letters, digits, `.`, `_` and `-`, from a letter
  /// on, at most 64.
  public var id: String
  /// What one score is of.
  public var kind: Kind
  /// What the model is, in one sentence.
  public var summary: String
  /// The licence of the files, as an SPDX expression.
  public var license: String
  /// What wrote the package, such as `tinyvmaf 0.1.0`.
  public var tool: String
  /// The model files; the first one is the model in its full precision.
  public var files: [File]
  /// The network inside.
  public var weights: Weights
  /// What the graph takes.
  public var inputs: [Tensor]
  /// What the graph gives.
  public var outputs: [Tensor]
  /// The columns of the input, in order.
  public var features: [Feature]
  /// What the output means.
  public var score: Score
  /// The model that this one was distilled from, if any.
  public var teacher: Teacher?
  /// How the weights came to be.
  public var training: Training
  /// How good the model is, as measured.
  public var evaluation: Evaluation
  /// How far the true score of a video may lie from the model's.
  public var interval: CalibratedInterval?
  /// What else a user must know, in sections of the model card.
  public var card: [Section]

  /// Creates a sidecar; ``validate()`` checks it.
  public init(
    id: String, kind: Kind, summary: String, license: String, tool: String, files: [File],
    weights: Weights, inputs: [Tensor], outputs: [Tensor], features: [Feature], score: Score,
    teacher: Teacher? = nil, training: Training, evaluation: Evaluation,
    interval: CalibratedInterval? = nil, card: [Section] = []
  ) {
    self.id = id
    self.kind = kind
    self.summary = summary
    self.license = license
    self.tool = tool
    self.files = files
    self.weights = weights
    self.inputs = inputs
    self.outputs = outputs
    self.features = features
    self.score = score
    self.teacher = teacher
    self.training = training
    self.evaluation = evaluation
    self.interval = interval
    self.card = card
  }
}

extension Sidecar {
  /// What one score is of.
  public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    /// A frame: one row in, one score out.
    case frame
    /// A whole video: all rows in, one score out.
    case clip
  }

  /// The numbers of a model file.
  public enum Precision: String, Hashable, Sendable, Codable, CaseIterable {
    /// Single precision.
    case fp32
    /// Half-precision weights.
    case fp16
    /// Eight-bit weights and activations, quantised and dequantised in the graph.
    case int8
  }

  /// A file of the model, in the sidecar's folder.
  public struct File: Hashable, Sendable, Codable {
    /// The file's name, without any folder.
    public var name: String
    /// Its numbers.
    public var precision: Precision
    /// The SHA-256 of its bytes, 64 hexadecimal digits.
    public var sha256: String
    /// The number of its bytes.
    public var size: Int

    /// Describes a file.
    public init(name: String, precision: Precision, sha256: String, size: Int) {
      self.name = name
      self.precision = precision
      self.sha256 = sha256
      self.size = size
    }
  }

  /// The network inside.
  public struct Weights: Hashable, Sendable, Codable {
    /// The shape, such as `2x64`, or what the graph is.
    public var architecture: String
    /// What hidden layers apply, or `nil` when that is not one function.
    public var activation: String?
    /// The number of weights and biases.
    public var parameters: Int
    /// The digest of the numbers alone, whatever file holds them; `nil` for foreign graphs.
    public var sha256: String?

    /// Describes a network.
    public init(architecture: String, activation: String?, parameters: Int, sha256: String?) {
      self.architecture = architecture
      self.activation = activation
      self.parameters = parameters
      self.sha256 = sha256
    }
  }

  /// An input or output of the graph.
  public struct Tensor: Hashable, Sendable, Codable {
    /// Its name.
    public var name: String
    /// Its element type, such as `float32`.
    public var type: String
    /// Its dimensions: numbers, or names of what is free.
    public var shape: [String]

    /// Describes a tensor.
    public init(name: String, type: String = "float32", shape: [String]) {
      self.name = name
      self.type = type
      self.shape = shape
    }
  }

  /// A column of the input.
  public struct Feature: Hashable, Sendable, Codable {
    /// The printed name for default options, such as `integer_adm2`.
    public var name: String
    /// Options of its extractor by libvmaf's names; those not named have libvmaf's defaults.
    public var options: [String: String]
    /// What the graph subtracts, or `nil` when it is not known.
    public var mean: Double?
    /// What the graph multiplies the difference by.
    public var scale: Double?
    /// The values that the model was trained and measured on; others count as out of domain.
    public var domain: Bounds?

    /// Describes a column.
    public init(
      name: String, options: [String: String] = [:], mean: Double? = nil, scale: Double? = nil,
      domain: Bounds? = nil
    ) {
      self.name = name
      self.options = options
      self.mean = mean
      self.scale = scale
      self.domain = domain
    }
  }

  /// A range of numbers.
  public struct Bounds: Hashable, Sendable, Codable {
    /// The smallest.
    public var lower: Double
    /// The largest.
    public var upper: Double

    /// Creates bounds.
    public init(_ lower: Double, _ upper: Double) {
      self.lower = lower
      self.upper = upper
    }
  }

  /// What the output means.
  public struct Score: Hashable, Sendable, Codable {
    /// What it measures, such as `VMAF` or `DMOS`.
    public var unit: String
    /// The range that the graph clamps to, or `nil` for none.
    public var range: Bounds?
    /// Whether a higher score is a better picture.
    public var higherIsBetter: Bool

    private enum CodingKeys: String, CodingKey {
      case unit, range
      case higherIsBetter = "higher_is_better"
    }

    /// Describes the output.
    public init(unit: String, range: Bounds?, higherIsBetter: Bool = true) {
      self.unit = unit
      self.range = range
      self.higherIsBetter = higherIsBetter
    }
  }

  /// The model that this one was distilled from.
  public struct Teacher: Hashable, Sendable, Codable {
    /// Its name, such as `vmaf_v0.6.1`.
    public var name: String
    /// The SHA-256 of its file.
    public var sha256: String
    /// Other models that are the same function of their own features.
    public var sameFunctionAs: [String]

    private enum CodingKeys: String, CodingKey {
      case name, sha256
      case sameFunctionAs = "same_function_as"
    }

    /// Describes a teacher.
    public init(name: String, sha256: String, sameFunctionAs: [String] = []) {
      self.name = name
      self.sha256 = sha256
      self.sameFunctionAs = sameFunctionAs
    }
  }

  /// A part of the model card in words.
  public struct Section: Hashable, Sendable, Codable {
    /// The heading.
    public var title: String
    /// Paragraphs of plain text or Markdown.
    public var text: String

    /// Creates a section.
    public init(title: String, text: String) {
      self.title = title
      self.text = text
    }
  }
}
