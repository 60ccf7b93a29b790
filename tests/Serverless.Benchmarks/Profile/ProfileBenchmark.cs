using System.Diagnostics;
using System.Globalization;
using Serverless.Benchmarks.Orders;
using Serverless.Csv.Cleaning;
using Serverless.Csv.Output;
using Serverless.Csv.Profile;
using Serverless.Csv.Report;
using Serverless.Csv.Schema;
using Serverless.Csv.SchemaParsing;
using Serverless.Csv.Summary;
using Serverless.CsvParsing;
using Serverless.Local.CommandLine;

namespace Serverless.Benchmarks.Profile;

/// <summary>Measures profiling beside cleaning, on one core, and how long a report takes: the first in a process, and the next.</summary>
internal static class ProfileBenchmark
{
    private const int TakeAt = 256 << 10;

    public static CommandSyntax Syntax { get; } = new("profile", "Profiles orders in memory, on one core, beside cleaning them.", [],
    [
        new("--rows", "N", "Rows; 1,000,000 unless given."),
        new("--runs", "N", "Runs of which the median is shown; 5 unless given."),
    ]);

    public static async Task RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var rows = arguments.GetInteger("--rows", 1, 10_000_000) ?? 1_000_000;
        var runs = arguments.GetInteger("--runs", 1, 100) ?? 5;
        arguments.Check();

        var schema = TableSchemaParser.Parse(await File.ReadAllTextAsync("local/samples/orders.schema.json", cancellationToken)).Schema!;
        using var stream = new MemoryStream();
        new OrdersGenerator(rows, GenerateOrders.DefaultSeed, GenerateOrders.DefaultBadShare).WriteTo(stream);
        var file = stream.ToArray();

        var clean = new List<double>();
        var profile = new List<double>();
        var profiled = new TableProfile(schema);
        for (var run = 0; run < runs; run++)
        {
            clean.Add(await TimeAsync(() => ReadAsync(file, schema, RecordWriters.Create(schema, CsvOutput.Csv), cancellationToken)));
            profiled = new TableProfile(schema);
            profile.Add(await TimeAsync(() => ReadAsync(file, schema, new ProfileWriter(profiled), cancellationToken)));
        }

        Show("read and clean", Median(clean), rows);
        Show("read and profile", Median(profile), rows);
        using var written = new MemoryStream();
        await profiled.WriteAsync(written, cancellationToken);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"ratio {Median(profile) / Median(clean):0.00}; the profile of {schema.Fields.Count} columns takes {written.Length:N0} bytes"));

        written.Position = 0;
        var columns = await TableProfile.DescribeAsync(schema, written, cancellationToken);
        var (first, second) = (await ReportAsync(columns), await ReportAsync(columns));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"report: first {first:0.0} ms, second {second:0.0} ms"));
    }

    private static async Task ReadAsync(byte[] file, TableSchema schema, RecordWriter writer, CancellationToken cancellationToken)
    {
        using var reader = new CsvRecordReader(new MemoryStream(file), new CsvDialect());
        await using (writer)
        {
            var cleaner = new RecordCleaner(schema);
            do
            {
                while (reader.TryRead())
                {
                    cleaner.TryClean(reader.Current, writer, out _);
                    if (writer.Buffered >= TakeAt) writer.Clear();
                }
            }
            while (await reader.FillAsync(cancellationToken));
        }
    }

    private static async Task<double> ReportAsync(IReadOnlyList<ColumnFigures> columns)
    {
        var started = Stopwatch.GetTimestamp();
        var summary = JobSummary.Create(new ChunkStatistics { Accepted = 1 }, 1, TimeSpan.FromSeconds(1), 1, 0);
        await new CsvReportBuilder("incoming/orders.csv", 1, DateTimeOffset.UnixEpoch)
            .AddSummary(summary)
            .AddProfile(new ProfileFile(1, 1, columns))
            .Build()
            .ToHtmlAsync();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static async Task<double> TimeAsync(Func<Task> action)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        await action();
        process.Refresh();
        return (process.TotalProcessorTime - before).TotalSeconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static void Show(string what, double seconds, long rows) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-20} {seconds,7:F3} core-s  {rows / seconds,12:N0} rows/s"));
}
