using System.Diagnostics;
using System.Text;
using Serverless.Benchmarks.Orders;
using Serverless.CsvParsing;
using Serverless.Local.CommandLine;
using Sylvan.Data.Csv;

namespace Serverless.Benchmarks;

/// <summary>The record reader alone beside Sylvan.Data.Csv: the same orders in memory, one core, in turn, every field looked at.</summary>
internal static class ParseBenchmark
{
    private const int Columns = 12;

    public static CommandSyntax Syntax { get; } = new("parse", "Compares the record reader with Sylvan.Data.Csv on orders in memory.", [],
    [
        new("--rows", "N", "Rows without the header; 1,000,000 unless given."),
        new("--rounds", "N", "Measurements of each; 5 unless given."),
    ]);

    public static async Task RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var rows = arguments.GetInteger("--rows", 1, 10_000_000) ?? 1_000_000;
        var rounds = arguments.GetInteger("--rounds", 1, 100) ?? 5;
        arguments.Check();

        using var file = new MemoryStream();
        new OrdersGenerator(rows, GenerateOrders.DefaultSeed, badShare: 0).WriteTo(file);
        Console.WriteLine($"{rows:N0} rows, {file.Length / 1e6:F1} MB, median of {rounds} rounds in turn");

        var (ours, theirs) = (new List<double>(), new List<double>());
        await TimeAsync(ReadAsync, file, rows, cancellationToken);
        await TimeAsync(ReadWithSylvanAsync, file, rows, cancellationToken);
        for (var round = 0; round < rounds; round++)
        {
            ours.Add(await TimeAsync(ReadAsync, file, rows, cancellationToken));
            theirs.Add(await TimeAsync(ReadWithSylvanAsync, file, rows, cancellationToken));
        }

        Print("CsvRecordReader", Median(ours), rows, file.Length);
        Print("Sylvan.Data.Csv", Median(theirs), rows, file.Length);
        Console.WriteLine($"{Median(theirs) / Median(ours):F1} times as fast");
    }

    private static async Task<(long Records, long Fields, long Characters)> ReadAsync(Stream file, CancellationToken cancellationToken)
    {
        using var reader = new CsvRecordReader(file, new CsvDialect());
        var (fields, characters) = (0L, 0L);
        do
        {
            while (reader.TryRead())
            {
                var record = reader.Current;
                for (var i = 0; i < record.Fields.Length; i++) characters += record[i].Length;
                fields += record.Fields.Length;
            }
        }
        while (await reader.FillAsync(cancellationToken));

        return (reader.Row, fields, characters);
    }

    private static async Task<(long Records, long Fields, long Characters)> ReadWithSylvanAsync(
        Stream file, CancellationToken cancellationToken)
    {
        using var text = new StreamReader(file, Encoding.UTF8, false, 256 * 1024, leaveOpen: true);
        await using var reader = await CsvDataReader.CreateAsync(
            text, new CsvDataReaderOptions { HasHeaders = false, BufferSize = 256 * 1024 }, cancellationToken);
        var (records, fields, characters) = (0L, 0L, 0L);
        while (await reader.ReadAsync(cancellationToken))
        {
            records++;
            for (var i = 0; i < reader.RowFieldCount; i++) characters += reader.GetFieldSpan(i).Length;
            fields += reader.RowFieldCount;
        }

        return (records, fields, characters);
    }

    private static async Task<double> TimeAsync(
        Func<Stream, CancellationToken, Task<(long Records, long Fields, long Characters)>> read, MemoryStream file, int rows,
        CancellationToken cancellationToken)
    {
        file.Position = 0;
        var started = Stopwatch.GetTimestamp();
        var result = await read(file, cancellationToken);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;

        var expected = (rows + 1L, (rows + 1L) * Columns);
        return (result.Records, result.Fields) == expected && result.Characters > 0
            ? seconds : throw new InvalidOperationException($"{result} records and fields were read instead of {expected}.");
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static void Print(string name, double seconds, int rows, long bytes) =>
        Console.WriteLine($"{name}  {seconds:F3} s  {rows / seconds / 1e6:F1} M rows/s  {bytes / seconds / 1e9:F2} GB/s");
}
