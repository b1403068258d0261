/// Whether the tests were built with optimisation: large clips are left to that configuration.
public let isOptimizedBuild: Bool = {
  var isOptimized = true
  // The condition of an assertion is only evaluated without optimisation.
  assert(
    {
      isOptimized = false
      return true
    }())
  return isOptimized
}()
