using System.Globalization;
using Serverless.Local.CommandLine;

namespace Serverless.Benchmarks.Csv;

/// <summary>DuckDB's plain COPY in this process: what <see cref="ColdRuns"/> starts to have it as a user has it.</summary>
internal static class CopyBenchmark
{
    public static CommandSyntax Syntax { get; } = new(
        "copy", "DuckDB's plain COPY of a file of orders into a folder.", ["FILE", "FOLDER"], []);

    public static Task RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        arguments.Check();
        var accepted = DuckDbCleaner.Copy(arguments.GetPositional(0)!, arguments.GetPositional(1)!, "csv");
        Console.WriteLine(accepted.ToString(CultureInfo.InvariantCulture));
        return Task.CompletedTask;
    }
}
