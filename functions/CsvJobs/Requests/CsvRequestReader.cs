using System.Text.Json.Nodes;
using Serverless.Csv.Output;
using Serverless.CsvJobs.Load;
using Serverless.CsvParsing.Encodings;
using Serverless.Http;
using Serverless.Storage;

namespace Serverless.CsvJobs.Requests;

/// <summary>Validates a request's options, all of them at once.</summary>
internal static class CsvRequestReader
{
    /// <summary>The largest range, in bytes.</summary>
    public const int MaxChunkBytes = 256 << 20;

    /// <summary>The most ranges in flight.</summary>
    public const int MaxMaxParallel = 256;

    private const double MinInferenceShare = 0.5;

    /// <summary>Reads the options; what is at fault is noted and left out.</summary>
    /// <param name="json">The request's body, or its query as JSON.</param>
    /// <param name="settings">Bounds that are configured.</param>
    /// <param name="blobIsGiven">The file is named elsewhere (by the route), so that <c>blob</c> is no option here.</param>
    /// <param name="faults">Receives the faults.</param>
    public static CsvRequest Read(JsonObject json, CsvSettings settings, bool blobIsGiven, ValidationErrors faults)
    {
        var reader = new OptionReader(json, faults);
        var blob = blobIsGiven ? null : ReadBlob(reader, faults);

        // Whoever takes many files has taken the pattern out already.
        if (!blobIsGiven && reader.ReadNode("files") is not null)
            faults.Add("files", "Is for POST /api/csv: here one file is named, by blob.");
        var (inline, schemaBlob) = ReadSchema(reader, faults);
        var options = new CsvJobOptions(
            Output: reader.ReadChoice("output", ("csv", CsvOutput.Csv), ("jsonl", CsvOutput.Jsonl), ("parquet", CsvOutput.Parquet))
                ?? CsvOutput.Csv,
            Encoding: ReadEncoding(reader, faults),
            ChunkBytes: reader.ReadInteger("chunkBytes", settings.MinChunkBytes, MaxChunkBytes),
            MaxParallel: reader.ReadInteger("maxParallel", 1, MaxMaxParallel),
            MaxRejectedRatio: reader.ReadRatio("maxRejectedRatio"),
            InferenceShare: reader.ReadRatio("inferenceShare"))
        {
            Member = reader.ReadText("member"),
            Sheet = reader.ReadText("sheet"),
            Load = LoadOptionReader.Read(reader, faults),
            OnFinished = FinishReader.Read(reader, faults),
            Compress = reader.ReadChoice("compress", ("gzip", CsvCompression.Gzip)) ?? CsvCompression.None,
            PartitionBy = reader.ReadText("partitionBy"),
            Proof = reader.ReadChoice("proof", ("xxh128", HashKind.XxHash128), ("sha256", HashKind.Sha256)),
        };
        if (options.InferenceShare <= MinInferenceShare)
            faults.Add("inferenceShare", "Must be above 0.5: most of a column's values make its type.");
        if (options is { Output: CsvOutput.Parquet, Compress: not CsvCompression.None })
            faults.Add("compress", "Is for csv and jsonl: Parquet files are packed in themselves.");
        options = ColumnOptionReader.Read(reader, DialectReader.Read(reader, options, faults), faults);
        var force = reader.ReadBoolean("force") ?? false;
        reader.RefuseOthers();
        return new CsvRequest(blob, options, inline, schemaBlob, force);
    }

    private static BlobName? ReadBlob(OptionReader reader, ValidationErrors faults)
    {
        if (reader.ReadNode("blob") is null)
        {
            faults.Add("blob", "Is required: the file to clean, such as \"incoming/orders.csv\".");
            return null;
        }

        if (reader.ReadText("blob") is not { } text) return null;
        if (BlobName.TryParse(text, [Containers.Incoming], out var name, out var fault)) return name;
        faults.Add("blob", fault);
        return null;
    }

    private static (JsonObject? Inline, BlobName? Blob) ReadSchema(OptionReader reader, ValidationErrors faults)
    {
        switch (reader.ReadNode("schema"))
        {
            case null:
                return (null, null);
            case JsonObject schema:
                return (schema, null);
            case JsonValue value when value.TryGetValue<string>(out var text):
                if (BlobName.TryParse(text, [Containers.Schemas, Containers.Incoming], out var name, out var fault)) return (null, name);
                faults.Add("schema", fault);
                return (null, null);
            default:
                faults.Add("schema", "Must be a Frictionless Table Schema (an object), or the name of a blob that holds one.");
                return (null, null);
        }
    }

    private static CsvEncoding? ReadEncoding(OptionReader reader, ValidationErrors faults)
    {
        if (reader.ReadText("encoding") is not { } label) return null;
        if (EncodingLabels.Find(label) is { } encoding) return encoding;
        faults.Add(
            "encoding",
            $"\"{label}\" is no encoding; the names are {string.Join(", ", EncodingLabels.Names)}, and what else the WHATWG's Encoding " +
            $"Standard calls them.");
        return null;
    }
}
