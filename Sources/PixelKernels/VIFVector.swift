import CKernels

/// Integer VIF with vector kernels: the schedule of rows; the arithmetic is in `vif_rows.h`.
///
/// Rows flow through the four scales as they come, so that each scale keeps a few rows only and
/// works on data that is still in the cache. The reference's share of the work is done once for
/// all distorted pictures.
final class VIFVector: VIFEngine {
  private let geometry: VIFGeometry
  private let stages: [VIFStage]
  private var isActive = false

  init(_ geometry: VIFGeometry, kernels: UnsafePointer<ck_vif_kernels>) {
    self.geometry = geometry
    var stages: [VIFStage] = []
    for scale in (0..<VIFFilter.scaleCount).reversed() {
      stages.insert(VIFStage(geometry, scale: scale, kernels, next: stages.first), at: 0)
    }
    self.stages = stages
  }

  func begin(reference: PlaneView, distorted: [PlaneView]) {
    geometry.check(reference, distorted)
    for stage in stages { stage.begin() }
    stages[0].pictures = [reference] + distorted
    isActive = true
  }

  func advance(rows: Int) {
    precondition(isActive, "begin() comes first")
    stages[0].advance(rows: min(rows, geometry.height))
  }

  func finish() -> [[VIFSums]] {
    advance(rows: geometry.height)
    isActive = false
    stages[0].pictures = []
    return (0..<geometry.distortedCount).map { picture in
      geometry.gainLimits.indices.map { limit in
        var sums = VIFSums()
        for (scale, stage) in stages.enumerated() {
          sums.scales[scale] = stage.sums(picture: picture, limit: limit)
        }
        return sums
      }
    }
  }
}
