// Placeholder of the test target until its first file lands.
