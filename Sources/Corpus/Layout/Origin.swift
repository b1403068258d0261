/// How a distorted video that tinyvmaf made came to be, as written into its file name.
///
/// A made file has no expert's opinion, yet the layout wants digits where it stands. They name
/// the maker instead, always above 100, the top of the experts' scale:
///
/// | label | made by |
/// |---|---|
/// | 264, 265, 201 | x264, x265, SVT-AV1 at the bit rate of the name |
/// | 464 | x264 with the recipe of Netflix's public set |
/// | 264*cc* (likewise 265, 201, 464) | the same at constant rate factor *cc*; the bit rate is 0 |
/// | 111 … 159 | a synthetic distortion: kind (11 … 15) and strength (1 … 9); the bit rate is 0 |
///
/// The source stays the same for every codec, so that a split by source keeps all versions of a
/// content on one side, and (label, height, bit rate) stays unique.
public enum Origin: Sendable, Hashable {
  /// An encode at a target bit rate.
  case bitrate(EncodeRecipe)
  /// An encode at a constant rate factor, 0 to 63.
  case rateFactor(EncodeRecipe, Int)
  /// A synthetic distortion.
  case synthetic(SyntheticDistortion)

  /// Reads a label; `nil` when it is an expert's or unknown.
  public init?(labelText: String) {
    guard let value = Int(labelText), value > 100 else { return nil }
    if let recipe = EncodeRecipe(labelCode: value) {
      self = .bitrate(recipe)
    } else if let recipe = EncodeRecipe(labelCode: value / 100) {
      guard value % 100 <= 63 else { return nil }
      self = .rateFactor(recipe, value % 100)
    } else if let distortion = SyntheticDistortion(labelCode: value) {
      self = .synthetic(distortion)
    } else {
      return nil
    }
  }

  /// The label that stands for the origin in a file name.
  public var labelText: String {
    switch self {
    case .bitrate(let recipe): return String(recipe.labelCode)
    case .rateFactor(let recipe, let factor): return String(recipe.labelCode * 100 + factor)
    case .synthetic(let distortion): return String(distortion.labelCode)
    }
  }
}

/// A way to encode a rung of a ladder.
public enum EncodeRecipe: String, Sendable, Hashable, CaseIterable, Codable {
  /// H.264 by x264, preset medium.
  case x264
  /// H.265 by x265, preset medium.
  case x265
  /// AV1 by SVT-AV1, preset 8.
  case svtav1
  /// H.264 by x264 in two passes with the options found in the bit streams of Netflix's public
  /// set, at its frame sizes.
  case netflix

  /// The label of encodes at a target bit rate.
  var labelCode: Int {
    switch self {
    case .x264: 264
    case .x265: 265
    case .svtav1: 201
    case .netflix: 464
    }
  }

  init?(labelCode: Int) {
    guard let recipe = Self.allCases.first(where: { $0.labelCode == labelCode }) else {
      return nil
    }
    self = recipe
  }
}

extension DistortedName {
  /// How the video was made, when tinyvmaf made it.
  public var origin: Origin? { Origin(labelText: labelText) }
}
