using System.Text.Json;
using Serverless.Http;

namespace Serverless.Email.Recipients;

/// <summary>Recipients of JSON Lines: an object a line.</summary>
internal sealed class JsonLinesRecipients(Stream stream, long position) : IRecipientReader
{
    private const int MaxLineLength = 1 << 20;

    private byte[] _bytes = new byte[64 << 10];
    private int _start;
    private int _end;
    private bool _atEnd;
    private long _next = position;
    private Range _line;

    public long Position { get; private set; }

    public bool TryRead()
    {
        while (true)
        {
            var rest = _bytes.AsSpan(_start, _end - _start);
            var length = rest.IndexOf((byte)'\n');
            if (length < 0 && (!_atEnd || rest.IsEmpty)) return false;

            var taken = length < 0 ? rest.Length : length + 1;
            var line = rest[..(length < 0 ? rest.Length : length)];
            (Position, _line) = (_next, _start..(_start + line.Length));
            _start += taken;
            _next += taken;
            if (!line.Trim(" \t\r"u8).IsEmpty) return true;
        }
    }

    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_atEnd) return false;
        _bytes.AsSpan(_start, _end - _start).CopyTo(_bytes);
        (_start, _end) = (0, _end - _start);
        if (_end == _bytes.Length)
        {
            if (_bytes.Length >= MaxLineLength)
                throw new MailJobException(
                    $"The recipient at byte {_next} is longer than {MaxLineLength} bytes. Is it JSON Lines, an object a line?");
            Array.Resize(ref _bytes, _bytes.Length * 2);
        }

        var count = await stream.ReadAsync(_bytes.AsMemory(_end), cancellationToken);
        _end += count;
        _atEnd = count == 0;
        return true;
    }

    public Recipient Read()
    {
        try
        {
            using var line = StrictJson.ParseDocument(_bytes.AsMemory(_line));
            return ReadObject(line.RootElement);
        }
        catch (JsonException e)
        {
            return Recipient.CreateBroken($"The line is no JSON object: {JsonErrors.Describe(e)}");
        }
    }

    public void Dispose()
    {
    }

    /// <summary>A recipient as requests and lines write it: an object whose members are the columns.</summary>
    public static Recipient ReadObject(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
            return Recipient.CreateBroken("Is no JSON object, such as {\"to\": \"ada@example.org\"}.");
        string?[] own = [null, null, null];
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject())
        {
            var name = RecipientColumns.NameOf(member.Name);
            var column = Array.IndexOf([RecipientColumns.To, RecipientColumns.From, RecipientColumns.Subject], name);
            if (column < 0) values[name] = PlainJson.ToPlain(member.Value);
            else if (member.Value.ValueKind == JsonValueKind.String) own[column] = RecipientColumns.TrimToNull(member.Value.GetString());
            else if (member.Value.ValueKind != JsonValueKind.Null) return Recipient.CreateBroken($"\"{name}\" must be a string.");
        }

        return new Recipient(own[0] ?? "", own[1], own[2], values);
    }
}
