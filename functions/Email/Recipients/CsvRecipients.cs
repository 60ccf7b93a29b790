using System.Globalization;
using Serverless.CsvParsing;

namespace Serverless.Email.Recipients;

/// <summary>Recipients of a CSV with a header.</summary>
internal sealed class CsvRecipients : IRecipientReader
{
    private readonly CsvRecordReader _reader;
    private readonly FieldDecoder _decoder;
    private readonly string[] _names;

    public CsvRecipients(Stream stream, IReadOnlyList<string> columns, CsvDialect dialect, long position)
    {
        _reader = new CsvRecordReader(stream, dialect, position);
        _decoder = new FieldDecoder(dialect);
        _names = [.. columns.Select(RecipientColumns.NameOf)];
    }

    public long Position => _reader.Position;

    public bool TryRead()
    {
        while (_reader.TryRead())
        {
            if (!_reader.Current.IsBlank) return true;
        }

        return false;
    }

    public ValueTask<bool> FillAsync(CancellationToken cancellationToken) => _reader.FillAsync(cancellationToken);

    public Recipient Read()
    {
        var record = _reader.Current;
        var (to, from, subject) = ("", default(string), default(string));
        var values = new Dictionary<string, object?>(_names.Length, StringComparer.Ordinal);
        for (var i = 0; i < Math.Min(_names.Length, record.Fields.Length); i++)
        {
            var text = _decoder.DecodeText(record, i);
            switch (_names[i])
            {
                case RecipientColumns.To: to = text.Trim(); break;
                case RecipientColumns.From: from = RecipientColumns.TrimToNull(text); break;
                case RecipientColumns.Subject: subject = RecipientColumns.TrimToNull(text); break;
                default: values[_names[i]] = text; break;
            }
        }

        if (record.Unclosed) return Recipient.CreateBroken("A quote opens in this record and is never closed.", to);
        return record.Fields.Length == _names.Length
            ? new Recipient(to, from, subject, values)
            : Recipient.CreateBroken(
                string.Create(
                    CultureInfo.InvariantCulture, $"The record has {record.Fields.Length} cells, the header {_names.Length}."), to);
    }

    public void Dispose() => _reader.Dispose();
}
