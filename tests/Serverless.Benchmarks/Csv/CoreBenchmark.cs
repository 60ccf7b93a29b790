using System.Diagnostics;
using System.Globalization;
using Serverless.Csv.Cleaning;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.Csv.SchemaParsing;
using Serverless.CsvParsing;
using Serverless.Local.CommandLine;

namespace Serverless.Benchmarks.Csv;

/// <summary>Reader, cleaner and writer alone: one thread, from a file to nowhere.</summary>
internal static class CoreBenchmark
{
    private const int TakeAt = 4 << 20;

    public static CommandSyntax Syntax { get; } = new(
        "core", "Reads, cleans and writes a file of orders in memory, on one core.", ["FILE", "SCHEMA"],
        [new("--runs", "N", "5 unless given.")]);

    public static async Task RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var runs = arguments.GetInteger("--runs", 1, 1_000) ?? 5;
        arguments.Check();
        var parsed = TableSchemaParser.Parse(await File.ReadAllTextAsync(arguments.GetPositional(1)!, cancellationToken));
        var schema = parsed.Schema ?? throw new UsageException(Syntax.Name, [.. parsed.Faults.Select(fault => fault.ToString())]);

        for (var run = 0; run < runs; run++)
        {
            using var stream = File.OpenRead(arguments.GetPositional(0)!);
            var started = Stopwatch.GetTimestamp();
            var (rows, bytes) = await CleanAsync(stream, schema, cancellationToken);
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture, $"{seconds:0.000} s  {rows:N0} rows  {rows / seconds:N0} rows/s  {bytes:N0} bytes out"));
        }
    }

    private static async Task<(long Rows, long Bytes)> CleanAsync(Stream stream, TableSchema schema, CancellationToken cancellationToken)
    {
        using var reader = new CsvRecordReader(stream, new CsvDialect());
        await using var writer = new CsvRecordWriter(schema);
        var cleaner = new RecordCleaner(schema);
        var bytes = 0L;
        do
        {
            while (reader.TryRead())
            {
                cleaner.TryClean(reader.Current, writer, out _);
                if (writer.Buffered < TakeAt) continue;
                bytes += writer.Buffered;
                writer.Clear();
            }
        }
        while (await reader.FillAsync(cancellationToken));

        return (cleaner.Accepted + cleaner.Rejected, bytes + writer.Buffered);
    }
}
