// Loaded into Prism's process: when the test run ends, in whatever way, its end of this pipe closes, and Prism goes too.
process.stdin.on("end", () => process.exit()).resume();
