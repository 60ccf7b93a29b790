using System.Globalization;
using Serverless.Local.CommandLine;

namespace Serverless.Benchmarks.Orders;

/// <summary>Writes a file of orders.</summary>
internal static class GenerateOrders
{
    public const int DefaultSeed = 2024;
    public const double DefaultBadShare = 0.002;

    public static CommandSyntax Syntax { get; } = new(
        "generate", "Writes a CSV file of orders; the same bytes for the same options.", ["FILE"],
    [
        new("--rows", "N", "Rows without the header; 1,000,000 unless given."),
        new("--seed", "S", "Another seed, another file."),
        new("--bad", "R", "The share of bad rows, 0 to 1; 0.002 unless given."),
    ]);

    public static Task RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var rows = arguments.GetInteger("--rows", 0, int.MaxValue) ?? 1_000_000;
        var seed = arguments.GetInteger("--seed", 0, int.MaxValue) ?? DefaultSeed;
        var bad = arguments.GetRatio("--bad") ?? DefaultBadShare;
        var file = arguments.GetPositional(0);
        arguments.Check();

        using var stream = File.Create(file!);
        new OrdersGenerator(rows, (ulong)seed, bad).WriteTo(stream);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{file}: {rows:N0} rows, {stream.Length:N0} bytes"));
        return Task.CompletedTask;
    }
}
