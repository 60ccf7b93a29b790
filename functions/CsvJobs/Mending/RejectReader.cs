using System.Globalization;
using Serverless.CsvParsing;

namespace Serverless.CsvJobs.Mending;

/// <summary>Reads <c>rejects.csv</c> line by line, in the order of the file's records.</summary>
/// <param name="rejects">The list from there on.</param>
/// <param name="position">0, or the end of a line.</param>
internal sealed class RejectReader(Stream rejects, long position = 0) : IDisposable
{
    private const int Columns = 6;

    // A line quotes its record once more, and has a message beside it.
    private static readonly CsvLimits Limits = CsvLimits.Default with { MaxRecordBytes = 3 * CsvLimits.Default.MaxRecordBytes };
    private static readonly FieldDecoder Decoder = new(new CsvDialect());

    private readonly CsvRecordReader _reader = new(rejects, new CsvDialect(), position, Limits);

    /// <summary>The line as it stands, without its end.</summary>
    public ReadOnlySpan<byte> Verbatim => _reader.Current.Raw;

    /// <summary>The position of the next line.</summary>
    public long NextPosition => _reader.NextPosition;

    public long Row { get; private set; }

    public long Line { get; private set; }

    /// <summary>The file that it is in; empty where there is one.</summary>
    public string File => Shift == 0 ? "" : Decoder.DecodeText(_reader.Current, 0);

    /// <summary>The record's text.</summary>
    public string Raw => Read(5);

    /// <summary>Field, code and message of the fault.</summary>
    public (string Field, string Code, string Message) Fault =>
        (Read(2), Read(3), Read(4));

    private string Read(int field) => Decoder.DecodeText(_reader.Current, Shift + field);

    // Of several files the name stands before the rest.
    private int Shift => _reader.Current.Fields.Length - Columns;

    /// <summary>Moves to the next line if it is at hand; if not, <see cref="FillAsync"/> is to be called.</summary>
    /// <exception cref="CsvJobException">The list is not as the job wrote it.</exception>
    public bool TryRead()
    {
        if (!_reader.TryRead()) return false;
        if (position == 0 && _reader.Row == 1 && !_reader.TryRead()) return false;
        if (position == 0 && _reader.Row == 1) return false;
        var record = _reader.Current;
        if (Shift is not (0 or 1) || !TryNumber(record, Shift, out var row) || !TryNumber(record, Shift + 1, out var line) || row <= Row)
            throw new CsvJobException($"rejects.csv is not as the job wrote it, at its line {_reader.Line}.");
        (Row, Line) = (row, line);
        return true;
    }

    public ValueTask<bool> FillAsync(CancellationToken cancellationToken) => _reader.FillAsync(cancellationToken);

    public void Dispose() => _reader.Dispose();

    private static bool TryNumber(CsvRecord record, int field, out long number) =>
        long.TryParse(record[field], NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
