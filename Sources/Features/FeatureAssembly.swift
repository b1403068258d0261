import VideoIO

/// Puts the values of all frames together into tables.
struct FeatureAssembly {
  private let plan: FeaturePlan
  private let format: VideoFormat
  private let frames: [FrameValues]
  private let listed: [FrameValues]

  /// - Parameter frames: The values of every frame, in ascending order.
  init(plan: FeaturePlan, format: VideoFormat, subsample: Int, frames: [FrameValues]) {
    self.plan = plan
    self.format = format
    self.frames = frames
    listed = frames.filter { $0.index.isMultiple(of: subsample) }
  }

  /// The table of one distorted video.
  func table(of position: Int) -> FeatureTable {
    // Motion depends on neighbouring frames: its columns are made here, all others frame by frame.
    let motion = plan.extractors.map(motionScores)
    var offset = 0
    var values: [FeatureName: [Double]] = [:]
    for (extractor, scores) in zip(plan.extractors, motion) {
      for column in extractor.columns {
        if let scores {
          let all = scores.column(column.output)
          values[column.name] = listed.map { all[$0.index] }
        } else {
          if hasPlane(of: column.output) {
            values[column.name] = listed.map { $0.columns[position][offset] }
          }
          offset += 1
        }
      }
    }
    return FeatureTable(
      frames: listed.map(\.index),
      columns: plan.columns.compactMap { column in
        values[column.name].map { FeatureTable.Column(name: column.name, values: $0) }
      })
  }

  /// The values of a whole distorted video.
  func aggregates(of position: Int) -> [ExtractedFeatures.Aggregate] {
    plan.extractors.flatMap { extractor -> [ExtractedFeatures.Aggregate] in
      guard case .psnr(let options) = extractor, options.aggregate else { return [] }
      let scale = PSNRScale(format: format, options: options)
      return scale.planes.map { plane in
        let sum = frames.reduce(0) { $0 + $1.squaredErrors[position][plane] }
        return ExtractedFeatures.Aggregate(
          name: PSNRScale.aggregateName(plane: plane),
          value: scale.aggregate(sum, plane: plane, frameCount: frames.count))
      }
    }
  }

  /// Whether the format has the plane of an output; monochrome video has no chroma to compare.
  private func hasPlane(of output: FeatureExtractor.Output) -> Bool {
    switch output {
    case .psnr(let plane), .mse(let plane): plane < format.pixelFormat.chroma.planeCount
    default: true
    }
  }

  private func motionScores(of extractor: FeatureExtractor) -> MotionScores? {
    guard case .motion(let options) = extractor else { return nil }
    return MotionScores(
      sums: frames.map { $0.motion[options.stride] ?? 0 },
      sampleCount: format.width * format.height, options: options)
  }
}

extension MotionScores {
  /// The column of one of motion's outputs, one value per frame.
  fileprivate func column(_ output: FeatureExtractor.Output) -> [Double] {
    switch output {
    case .motion2: motion2
    case .motion3: motion3
    default: sad
    }
  }
}

extension PSNRScale {
  /// The value of one of PSNR's outputs, 0 for a plane that the format lacks.
  func value(of output: FeatureExtractor.Output, squaredErrors: [UInt64]) -> Double {
    switch output {
    case .psnr(let plane) where planes.contains(plane):
      psnr(squaredErrors[plane], plane: plane)
    case .mse(let plane) where planes.contains(plane):
      meanSquaredError(squaredErrors[plane], plane: plane)
    default: 0
    }
  }
}
