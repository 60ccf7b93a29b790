using System.Text.Json.Nodes;
using Serverless.CsvJobs.Requests;

namespace Serverless.Local.CommandLine;

/// <summary>The switches that say how a file is read, checked and written: a request's options, in the command line's spelling.</summary>
internal static class JobSwitches
{
    private const int MinChunkBytes = 64 << 10;
    private const int MaxChunkBytes = 256 << 20;
    private const int MaxParallel = 256;

    public static IReadOnlyList<OptionSyntax> All { get; } =
    [
        new("--output", "F", "csv, jsonl or parquet; csv unless given."),
        new("--compress", "C", "gzip packs the clean records, as clean.csv.gz or clean.jsonl.gz."),
        new("--partition-by", "COL", "A file for each value of a column, as clean/COL=VALUE/records.csv; 500 values at most."),
        .. DialectSwitches.All,
        new("--member", "NAME", "The file of a zip archive that is read, where it holds several."),
        new("--sheet", "NAME", "The sheet of a workbook (.xlsx) that is read; the first unless given."),
        new("--chunk-bytes", "N", "The size of a chunk, 65536 to 268435456; chosen from the file's size unless given."),
        new("--max-parallel", "N", "Chunks at work at once."),
        new(
            "--inference-share", "S",
            "Without a schema: the share of a column's values that makes its type, over 0.5 to 1; 0.95 unless given."),
        new("--max-rejected-ratio", "R", "Fails when a larger share of the records is rejected, 0 to 1."),
        new("--map", "L=N,...", "Labels of the header, and the names that the schema has for these columns."),
        new("--extra-columns", "X", "What becomes of columns that the schema does not have: refuse, keep or drop; in any order then."),
        new("--mask-key", "NAME", "The setting Csv__MaskKeys__NAME with the key of columns that the schema hashes; default unless given."),
        new("--proof", "H", "The hash of input and results in summary.json, for verify: xxh128 or sha256; xxh128 unless given."),
    ];

    /// <summary>Makes a request's options of those that were given.</summary>
    public static JsonObject Read(Arguments arguments)
    {
        var options = new JsonObject();
        if (arguments.GetChoice("--output", "csv", "jsonl", "parquet") is { } output) options["output"] = output;
        if (arguments.GetChoice("--compress", "gzip") is { } compression) options["compress"] = compression;
        if (arguments.GetText("--partition-by") is { } partitionBy) options["partitionBy"] = partitionBy;
        if (arguments.GetText("--map") is { } map)
        {
            if (QueryOptions.MapOf(map) is { } columns) options["map"] = columns;
            else arguments.Refuse("--map must be pairs such as 'Order No.=order_id,Total=total', each label once.");
        }

        if (arguments.GetChoice("--extra-columns", "refuse", "keep", "drop") is { } extra) options["extraColumns"] = extra;
        if (arguments.GetText("--mask-key") is { } maskKey) options["maskKey"] = maskKey;
        if (arguments.GetChoice("--proof", "xxh128", "sha256") is { } proof) options["proof"] = proof;
        DialectSwitches.Read(arguments, options);
        if (arguments.GetText("--member") is { } member) options["member"] = member;
        if (arguments.GetText("--sheet") is { } sheet) options["sheet"] = sheet;
        if (arguments.GetInteger("--chunk-bytes", MinChunkBytes, MaxChunkBytes) is { } chunkBytes) options["chunkBytes"] = chunkBytes;
        if (arguments.GetInteger("--max-parallel", 1, MaxParallel) is { } maxParallel) options["maxParallel"] = maxParallel;
        if (arguments.GetRatio("--inference-share") is { } share) options["inferenceShare"] = share;
        if (arguments.GetRatio("--max-rejected-ratio") is { } ratio) options["maxRejectedRatio"] = ratio;
        return options;
    }
}
