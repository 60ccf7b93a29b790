using Serverless.Local.CommandLine;

namespace Serverless.Local.Commands;

/// <summary>A command of the command line.</summary>
/// <param name="Syntax">What it takes.</param>
/// <param name="RunAsync">What it does; returns the exit code.</param>
internal sealed record Command(CommandSyntax Syntax, Func<Arguments, CancellationToken, Task<int>> RunAsync);
