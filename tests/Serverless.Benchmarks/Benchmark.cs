using Serverless.Local.CommandLine;

namespace Serverless.Benchmarks;

/// <summary>One subcommand of this program.</summary>
internal sealed record Benchmark(CommandSyntax Syntax, Func<Arguments, CancellationToken, Task> RunAsync);
