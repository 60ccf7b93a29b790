using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Serverless.CsvJobs;

namespace Serverless.IntegrationTests.Csv.Mending;

/// <summary>A file whose schema holds records against each other, with some that are wrong. Values are few, so that keys meet.</summary>
internal sealed class CheckedFile
{
    private static readonly string[] Columns =
        ["id", "code", "parent", "buddy", "customer", "n", "m", "t", "first", "last", "mail", "place"];

    private readonly Random _random;
    private readonly int _start;
    private readonly int _domain;
    private readonly bool _isMapped;
    private readonly HashSet<int> _dropped = [];

    public CheckedFile(Random random, string customers, bool isMasked)
    {
        _random = random;
        _start = random.Next(-5, 50);
        _isMapped = random.Next(4) == 0;
        var count = random.Next(1, 30);
        _domain = count * random.Next(1, 4);
        Schema = CreateSchema(customers, isMasked);
        for (var row = 1; row <= count; row++)
        {
            var record = Create(row);
            if (random.Next(4) == 0) Spoil(record);
            Records.Add(record);
        }
    }

    /// <summary>The schema.</summary>
    public string Schema { get; }

    /// <summary>The records as they are by now.</summary>
    public List<string[]> Records { get; } = [];

    /// <summary>Records were left out.</summary>
    public bool HasDropped => _dropped.Count > 0;

    /// <summary>The number that a record of the corrected file has in the file as it was.</summary>
    public int Number(int row) => Enumerable.Range(1, Records.Count).Where(r => !_dropped.Contains(r)).ElementAt(row - 1);

    /// <summary>The options that go with the schema.</summary>
    public CsvJobOptions AddTo(CsvJobOptions options) => _isMapped ? options with { Map = [new MappedColumn("ID number", "id")] } : options;

    /// <summary>The file.</summary>
    public string Text => Write(0, Records.Count);

    /// <summary>The same in several files.</summary>
    public IReadOnlyDictionary<string, byte[]> Split(int files) => Enumerable.Range(0, files).ToDictionary(
        f => $"{f}.csv",
        f => Encoding.UTF8.GetBytes(Write(Records.Count * f / files, Records.Count * (f + 1) / files)));

    /// <summary>Changes some of the rejects.</summary>
    /// <param name="rejects">Their numbers.</param>
    /// <param name="mayDrop">Some may be left out.</param>
    /// <returns>What is to be sent.</returns>
    public string Mend(IEnumerable<int> rejects, bool mayDrop)
    {
        var sent = new JsonArray();
        foreach (var row in rejects.Where(_ => _random.Next(3) > 0))
        {
            if (mayDrop && _random.Next(5) == 0)
            {
                _dropped.Add(row);
                sent.Add(new JsonObject { ["row"] = row, ["drop"] = true });
                continue;
            }

            var (old, record) = (Records[row - 1], Create(row));
            if (_random.Next(2) == 0)
            {
                // Most of it stays.
                var kept = (string[])old.Clone();
                foreach (var place in (int[])[_random.Next(Columns.Length), 5, 6, _random.Next(4)]) kept[place] = record[place];
                record = kept;
            }

            if (_random.Next(6) == 0) Spoil(record);
            Records[row - 1] = record;
            sent.Add(new JsonObject { ["row"] = row, ["raw"] = string.Join(',', record) });
        }

        return sent.Count == 0 ? "" : sent.ToJsonString();
    }

    private string Write(int from, int to)
    {
        var lines = Enumerable.Range(from, to - from)
            .Where(i => !_dropped.Contains(i + 1)).Select(i => string.Join(',', Records[i]) + "\n");
        return $"{(_isMapped ? "ID number" : "id")},{string.Join(',', Columns[1..])}\n{string.Concat(lines)}";
    }

    private string[] Create(int row) =>
    [
        Write(_random.Next(_domain)), Code(), _random.Next(2) == 0 ? "" : Write(_random.Next(_domain)),
        _random.Next(2) == 0 ? "" : Code(), _random.Next(9) == 0 ? "Nobody of this very long name" : "Ann of quite a long name",
        Write(_start + row), Write((2 * _start) + row), _random.Next(9) == 0 ? $"{_random.Next(900)}.5" : Write(_random.Next(20)),
        Write(_random.Next(5)), Write(_random.Next(3, 9)), $"mail{_random.Next(9)}@example.org",
        _random.Next(3) == 0 ? "" : $"p{_random.Next(4)}",
    ];

    private string Code() => $"a code of some length {_random.Next(_domain)}";

    private void Spoil(string[] record)
    {
        var place = _random.Next(Columns.Length - 2);
        record[place] = place is 1 or 3 or 4 ? "nothing that is known anywhere" : _random.Next(3) == 0 ? "" : "x";
        if (place is 5 or 6 && _random.Next(2) == 0) record[place] = "7";
    }

    private string CreateSchema(string customers, bool isMasked)
    {
        var fields = new JsonArray([.. Columns.Select(name => (JsonNode)new JsonObject
        {
            ["name"] = name,
            ["type"] = name is "id" or "parent" or "first" or "last" ? "integer" : name is "n" or "m" or "t" ? "number" : "string",
        })]);
        var schema = new JsonObject { ["fields"] = fields };
        if (Chance()) fields[0]!["constraints"] = new JsonObject { ["unique"] = true };
        else if (Chance()) schema["primaryKey"] = "id";
        if (Chance()) fields[1]!["constraints"] = new JsonObject { ["unique"] = true };
        if (_random.Next(4) == 0) schema["uniqueKeys"] = new JsonArray(new JsonArray("first", "code"));
        var keys = new JsonArray();
        if (Chance()) keys.Add(Refer("parent", "", "id"));
        if (Chance()) keys.Add(Refer("buddy", "", "code"));
        if (Chance()) keys.Add(Refer("customer", $"incoming/{customers}", "name"));
        if (keys.Count > 0) schema["foreignKeys"] = keys;
        var checks = new JsonArray();
        if (Chance()) checks.Add("last >= first");
        if (Chance()) checks.Add(new JsonObject { ["type"] = "sequential-value", ["fieldName"] = "n" });
        if (_random.Next(4) == 0) checks.Add(new JsonObject { ["type"] = "sequential-value", ["fieldName"] = "m" });
        if (Chance()) checks.Add(new JsonObject { ["type"] = "deviated-value", ["fieldName"] = "t", ["interval"] = 2 });
        if (_random.Next(4) == 0)
            checks.Add(new JsonObject { ["type"] = "forbidden-value", ["fieldName"] = "first", ["values"] = new JsonArray(4) });
        if (checks.Count > 0) schema["x-checks"] = checks;
        if (isMasked) fields[10]!["x-clean"] = new JsonArray("hash");
        if (isMasked && Chance())
        {
            // What refers to what is hashed is hashed as well.
            fields[1]!["x-clean"] = new JsonArray("hash");
            fields[3]!["x-clean"] = new JsonArray("hash");
        }

        return schema.ToJsonString();
    }

    private bool Chance() => _random.Next(2) == 0;

    private static JsonObject Refer(string field, string resource, string referenced) => new()
    {
        ["fields"] = field,
        ["reference"] = new JsonObject { ["resource"] = resource, ["fields"] = referenced },
    };

    private static string Write(int value) => value.ToString(CultureInfo.InvariantCulture);
}
