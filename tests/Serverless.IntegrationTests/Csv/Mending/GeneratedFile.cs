using System.Text.Json;

namespace Serverless.IntegrationTests.Csv.Mending;

/// <summary>A file with records that are wrong, and what they should be.</summary>
internal sealed class GeneratedFile
{
    private readonly List<string> _records = [];
    private readonly string _end;

    /// <summary>The records that are sent back, by number: some still wrong.</summary>
    public SortedDictionary<long, string> Mended { get; } = [];

    /// <summary>The number of its records.</summary>
    public int Count => _records.Count;

    public GeneratedFile(Random random, string delimiter)
    {
        _end = random.Next(3) == 0 ? "\r\n" : "\n";
        var count = random.Next(0, 60);
        var wrong = random.Next(1, 5);
        for (var row = 1; row <= count; row++)
        {
            string[] notes =
            [
                "", "plain", $"\"a{delimiter}b\"", "\"say \"\"so\"\"\"", "\"two\nlines\"", "ça 🙂", "'=1+1",
                new string('x', random.Next(90)),
            ];
            var note = notes[random.Next(notes.Length)];
            var isWrong = random.Next(5) < wrong;
            _records.Add($"{(isWrong ? $"x{row}" : $"{row}")}{delimiter}{note}{(random.Next(30) == 0 ? delimiter : "")}");
            if (!isWrong || random.Next(3) == 0) continue;
            Mended[row] = random.Next(5) == 0 ? $"still wrong {row}{delimiter}{note}" : $"{1000 + row}{delimiter}{note}";
        }
    }

    public string Text(string delimiter, Func<long, bool>? isMended = null) => $"id{delimiter}note{_end}" + string.Concat(
        _records.Select((r, i) => (isMended?.Invoke(i + 1) == true ? Mended[i + 1] : r) + _end));

    /// <summary>The records as the list of rejects, or as JSON.</summary>
    public string Body(IEnumerable<long> rows, bool asJson) => asJson
        ? JsonSerializer.Serialize(rows.Select(r => new { row = r, raw = Mended[r] }))
        : "row,line,field,code,message,raw\n" + string.Concat(
            rows.Select(r => $"{r},1,id,type-error,,\"{Mended[r].Replace("\"", "\"\"", StringComparison.Ordinal)}\"\n"));
}
