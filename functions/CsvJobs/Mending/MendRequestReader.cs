using System.Globalization;
using System.Text.Json;
using Serverless.Csv.Schema;
using Serverless.CsvParsing;
using Serverless.Http;

namespace Serverless.CsvJobs.Mending;

/// <summary>
/// Reads what was sent to mend rejects: the list of rejects with <c>raw</c> corrected, or JSON with records, rules or both.
/// </summary>
internal sealed class MendRequestReader(RawRecords raws, TableSchema schema, ValidationErrors faults)
{
    private const int MaxFaults = 20;

    private static readonly FieldDecoder Decoder = new(new CsvDialect());

    private readonly Dictionary<long, MendedRecord> _records = [];
    private readonly List<MendRule> _rules = [];
    private int _faults;

    /// <summary>Reads a body.</summary>
    /// <exception cref="BodyRefusedException">It is neither form.</exception>
    public MendRequest Read(ReadOnlyMemory<byte> body)
    {
        var text = body.Span.StartsWith("\uFEFF"u8) ? body[3..] : body;
        if (text.Span.TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..]) ReadJson(text);
        else ReadCsv(text);
        if (!faults.Any && _records.Count + _rules.Count == 0)
            AddFault("body", "There is nothing to mend: send records of the list of rejects, or a rule.");
        return new MendRequest([.. _records.Values.OrderBy(r => r.Row)], _rules);
    }

    private void ReadCsv(ReadOnlyMemory<byte> body)
    {
        using var reader = new CsvRecordReader(new MemoryStream(body.ToArray(), writable: false), new CsvDialect());
        string[]? header = null;
        var (row, raw, drop) = (-1, -1, -1);
        do
        {
            while (reader.TryRead())
            {
                var record = reader.Current;
                if (header is null)
                {
                    header = new string[record.Fields.Length];
                    for (var i = 0; i < header.Length; i++) header[i] = Decoder.DecodeText(record, i);
                    (row, raw, drop) = (Array.IndexOf(header, "row"), Array.IndexOf(header, "raw"), Array.IndexOf(header, "drop"));
                    if (row >= 0 && raw >= 0) continue;
                    throw new BodyRefusedException(
                        "The body must be the list of rejects with its columns row and raw, or JSON such as " +
                        "[{\"row\": 12, \"raw\": \"1,Ann\"}].");
                }

                if (record.IsBlank) continue;
                var line = $"line {reader.Line.ToString(CultureInfo.InvariantCulture)}";
                if (record.Fields.Length != header.Length || record.Unclosed)
                    AddFault(line, $"Must have {header.Length} cells, as the header has.");
                else if (!TryRow(Decoder.DecodeText(record, row), out var number)) AddFault(line, "row must be the number of a record.");
                else if (drop >= 0 && Decoder.DecodeText(record, drop) is { Length: > 0 } mark) Drop(number, mark);

                // A blank line stands in the list with nothing, and stays a reject.
                else if (record.Fields[raw].Length > 0) Add(number, Decoder.DecodeText(record, raw));
            }
        }
        while (reader.Fill());
    }

    private void ReadJson(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = StrictJson.ParseDocument(body);
            var root = json.RootElement;
            if (root.ValueKind == JsonValueKind.Array) ReadRecords(root);
            else if (root.TryGetProperty("column", out _)) ReadRule(root, "rule");
            else ReadMembers(root);
        }
        catch (JsonException e)
        {
            throw new BodyRefusedException(JsonErrors.Describe(e), innerException: e);
        }
    }

    private void ReadMembers(JsonElement root)
    {
        foreach (var member in root.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.Array || member.Name is not ("records" or "rules"))
            {
                AddFault(member.Name, "Known are the lists records and rules.");
                continue;
            }

            if (member.Name == "records") ReadRecords(member.Value);
            else foreach (var (i, rule) in member.Value.EnumerateArray().Index()) ReadRule(rule, $"rules[{i}]");
        }
    }

    private void ReadRule(JsonElement json, string name)
    {
        var texts = new string?[3];
        if (json.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in json.EnumerateObject())
            {
                var place = Array.IndexOf(["column", "from", "to"], member.Name);
                if (place >= 0 && member.Value.ValueKind == JsonValueKind.String) texts[place] = member.Value.GetString();
                else AddFault(name, $"{member.Name} is no text, or none of column, from and to.");
            }
        }

        if (texts is not [{ } column, { } from, { } to]) AddFault(name, "Must have the texts column, from and to.");
        else if (schema.Fields.All(f => f.Name != column)) AddFault(name, $"The schema has no column \"{column}\".");
        else if (schema.Fields.Any(f => f.Name == column && f.Mask is not null))
            AddFault(name, $"The values of the column \"{column}\" are masked: send its records one by one.");
        else _rules.Add(new MendRule(column, from, to));
    }

    private void ReadRecords(JsonElement list)
    {
        foreach (var (i, json) in list.EnumerateArray().Index()) ReadRecord(json, $"records[{i}]");
    }

    private void ReadRecord(JsonElement json, string name)
    {
        const string form = "Must have row, and one of raw (a text), values (a list of texts) and drop (true).";
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("row", out var row) || row.ValueKind != JsonValueKind.Number
            || !row.TryGetInt64(out var number) || number < 1 || json.EnumerateObject().Count() != 2)
        {
            AddFault(name, form);
            return;
        }

        var member = json.EnumerateObject().First(m => m.Name != "row");
        switch (member.Name, member.Value.ValueKind)
        {
            case ("raw", JsonValueKind.String):
                Add(number, member.Value.GetString()!);
                break;
            case ("drop", JsonValueKind.True):
                Drop(number, "true");
                break;
            case ("values", JsonValueKind.Array) when member.Value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.String):
                if (raws.Compose([.. member.Value.EnumerateArray().Select(v => v.GetString()!)]) is { } raw) Add(number, raw);
                else AddFault(NameOf(number), "The file's dialect has no way to write these values: send raw.");
                break;
            default:
                AddFault(name, form);
                break;
        }
    }

    private void Add(long row, string raw)
    {
        if (raw.Length == 0) AddFault(NameOf(row), "raw is empty: to leave the record out for good, mark it with drop.");
        else if (!raws.IsOne(raw))
            AddFault(NameOf(row), "raw is not one record in the file's dialect: it has several, a comment, or a line end behind it.");
        else Note(new MendedRecord(row, raw));
    }

    private void Drop(long row, string mark)
    {
        if (mark == "true") Note(new MendedRecord(row, null));
        else AddFault(NameOf(row), "drop is true, or empty.");
    }

    private void Note(MendedRecord record)
    {
        if (!_records.TryAdd(record.Row, record)) AddFault(NameOf(record.Row), "It is there twice.");
    }

    private void AddFault(string name, string sentence)
    {
        if (_faults++ < MaxFaults) faults.Add(name, sentence);
    }

    private static string NameOf(long row) => $"row {row.ToString(CultureInfo.InvariantCulture)}";

    private static bool TryRow(string text, out long row) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out row) && row > 0;
}
