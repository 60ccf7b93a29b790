using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Serverless.Benchmarks.Orders;
using Serverless.Csv.Cleaning;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.Csv.SchemaParsing;
using Serverless.Csv.Values;
using Serverless.CsvParsing;
using Serverless.Local.CommandLine;

namespace Serverless.Benchmarks.Clean;

/// <summary>Reads and cleans orders in memory, on one core: what the records themselves cost, without storage.</summary>
internal static class CleanOrders
{
    private const int Block = 4 << 20;

    // One of each kind: a calculation, a choice, dates, texts and numbers.
    private static readonly string[] Checks =
    [
        "total = quantity * unit_price ± 0.01", "status in ('pending', 'paid') or order_date >= '2000-01-01'", "country != currency",
        "quantity <= 100000 and unit_price <= 1000000", "gift or total >= unit_price - 0.01",
    ];

    public static CommandSyntax Syntax { get; } = new("clean", "Reads and cleans orders in memory, on one core.", [],
    [
        new("--rows", "N", "Rows; 1,000,000 unless given."),
        new("--runs", "N", "Runs of which the median is shown; 5 unless given."),
        new("--output", "F", "csv, jsonl or parquet; csv unless given."),
        new("--checks", null, "Cleans with five row checks as well, in turn with none."),
        new("--schema", "FILE", "The schema; local/samples/orders.schema.json unless given."),
    ]);

    public static async Task RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var rows = arguments.GetInteger("--rows", 1, 10_000_000) ?? 1_000_000;
        var runs = arguments.GetInteger("--runs", 1, 100) ?? 5;
        var output = Enum.Parse<CsvOutput>(arguments.GetText("--output") ?? "csv", ignoreCase: true);
        var path = arguments.GetText("--schema") ?? "local/samples/orders.schema.json";
        var withChecks = arguments.Has("--checks");
        arguments.Check();

        var text = await File.ReadAllTextAsync(path, cancellationToken);
        var (schema, checkedSchema) = (Parse(text), Parse(AddChecks(text)));
        using var stream = new MemoryStream();
        new OrdersGenerator(rows, GenerateOrders.DefaultSeed, GenerateOrders.DefaultBadShare).WriteTo(stream);
        var file = stream.ToArray();

        var read = new List<double>();
        var both = new List<double>();
        var withAll = new List<double>();
        for (var run = 0; run < runs; run++)
        {
            read.Add(await TimeAsync(() => ReadAsync(file, cancellationToken)));
            both.Add(await TimeAsync(() => CleanAsync(file, schema, output, run == 0, cancellationToken)));
            if (withChecks) withAll.Add(await TimeAsync(() => CleanAsync(file, checkedSchema, output, run == 0, cancellationToken)));
        }

        Show("read", Median(read), rows, file.Length);
        Show("read and clean", Median(both), rows, file.Length);
        Show("clean (difference)", Median(both) - Median(read), rows, file.Length);
        if (!withChecks) return;

        // Of two runs side by side, so that what else the machine does weighs on both.
        var added = Median([.. withAll.Zip(both, (a, b) => a - b)]);
        Show($"{Checks.Length} checks (difference)", added, rows, file.Length);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"checks add {added / (Median(both) - Median(read)):P1} to cleaning, {added / Median(both):P1} " +
            $"to reading and cleaning"));
    }

    private static TableSchema Parse(string text) => TableSchemaParser.Parse(text) is { Schema: { } schema }
        ? schema : throw new InvalidDataException(string.Join('\n', TableSchemaParser.Parse(text).Faults));

    private static string AddChecks(string text)
    {
        var schema = JsonNode.Parse(text)!;
        schema["x-checks"] = new JsonArray([.. Checks.Select(c => JsonValue.Create(c))]);
        return schema.ToJsonString();
    }

    private static async Task ReadAsync(byte[] file, CancellationToken cancellationToken)
    {
        using var reader = new CsvRecordReader(new MemoryStream(file), new CsvDialect());
        var fields = 0L;
        do
        {
            while (reader.TryRead()) fields += reader.Current.Fields.Length;
        }
        while (await reader.FillAsync(cancellationToken));
    }

    private static async Task CleanAsync(byte[] file, TableSchema schema, CsvOutput output, bool show, CancellationToken cancellationToken)
    {
        using var reader = new CsvRecordReader(new MemoryStream(file), new CsvDialect());
        await using var writer = RecordWriters.Create(schema, output);
        var cleaner = new RecordCleaner(schema, output);
        var rejects = new RejectWriter(schema);
        var written = 0L;
        do
        {
            while (reader.TryRead())
            {
                if (!cleaner.TryClean(reader.Current, writer, out var fault)) rejects.Write(reader.Current, fault);
                if (writer.Buffered < Block) continue;
                await writer.FlushAsync(cancellationToken);
                written += writer.Pending.Length;
                writer.Clear();
            }
        }
        while (await reader.FillAsync(cancellationToken));

        await writer.CompleteAsync(cancellationToken);
        written += writer.Pending.Length;
        if (show)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"accepted {cleaner.Accepted:N0}, rejected {cleaner.Rejected:N0}, {written:N0} bytes out, {rejects.Buffered:N0} " +
                $"bytes of rejects"));
        }
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

    private static void Show(string what, double seconds, long rows, long bytes) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{what,-20} {seconds,7:F3} core-s  {rows / seconds,12:N0} rows/s  {bytes / seconds / 1e6,7:N0} MB/s"));
}
