/// What a hidden layer applies to each of its sums.
public enum Activation: String, CaseIterable, Sendable, Hashable, Codable {
  /// `max(z, 0)`.
  case relu
  /// `z / (1 + e^-z)`, also called swish. The default: smooth activations fit the teacher several
  /// times better than ReLU.
  case silu
  /// The tanh form of GELU, `z / (1 + e^(-2 sqrt(2 / pi) (z + 0.044715 z^3)))`.
  case gelu
}
