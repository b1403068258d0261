extension SyntheticScene {
  /// The luma samples of frame `t`, row by row, distorted or not.
  public func luma(frame t: Int, distortion: SyntheticDistortion? = nil) -> [UInt8] {
    let picture = frame(t)
    let shown = distortion?.apply(picture, frame: t, seed: seed) ?? picture
    return shown.planes[0].samples
  }
}
