using System.Buffers.Binary;

namespace Serverless.Csv.Output;

/// <summary>
/// Writes records as the calls that made them, to be made again on another writer: for formats of which no record can stand by itself.
/// </summary>
internal sealed class ReplayableWriter : RecordWriter
{
    private readonly PendingBuffer _calls = new();
    private int _start;

    /// <summary>The calls, each a byte and, for those with a value, its length of 32 bits and its bytes.</summary>
    private enum Call : byte
    {
        Missing,
        Text,
        SafeText,
        Integer,
        Number,
        False,
        True,
        Date,
        Time,
        DateTime,
        Year,
        Commit,
    }

    public override int Buffered => _calls.Length;

    public override ReadOnlyMemory<byte> Pending => _calls.Memory;

    /// <summary>Makes the calls of records again.</summary>
    public static void Replay(ReadOnlySpan<byte> records, RecordWriter target)
    {
        var isBegun = false;
        while (!records.IsEmpty)
        {
            var call = (Call)records[0];
            records = records[1..];
            if (!isBegun) target.Begin();
            isBegun = call != Call.Commit;
            switch (call)
            {
                case Call.Commit: target.Commit(); break;
                case Call.Missing: target.WriteMissing(); break;
                case Call.False: target.WriteBoolean(false); break;
                case Call.True: target.WriteBoolean(true); break;
                default: Write(call, Take(ref records), target); break;
            }
        }
    }

    public override void Begin() => _start = _calls.Length;

    public override void WriteMissing() => _calls.Append((byte)Call.Missing);

    public override void WriteText(ReadOnlySpan<byte> utf8, bool formulaSafe) => Append(formulaSafe ? Call.SafeText : Call.Text, utf8);

    public override void WriteInteger(ReadOnlySpan<byte> digits) => Append(Call.Integer, digits);

    public override void WriteNumber(ReadOnlySpan<byte> digits) => Append(Call.Number, digits);

    public override void WriteBoolean(bool value) => _calls.Append((byte)(value ? Call.True : Call.False));

    public override void WriteDate(ReadOnlySpan<byte> iso) => Append(Call.Date, iso);

    public override void WriteTime(ReadOnlySpan<byte> iso) => Append(Call.Time, iso);

    public override void WriteDateTime(ReadOnlySpan<byte> iso) => Append(Call.DateTime, iso);

    public override void WriteYear(ReadOnlySpan<byte> iso) => Append(Call.Year, iso);

    public override void Commit() => _calls.Append((byte)Call.Commit);

    public override void Rollback() => _calls.Truncate(_start);

    public override ValueTask FlushAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public override void Clear() => _calls.Truncate(0);

    public override ValueTask CompleteAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> records)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(records);
        var value = records.Slice(sizeof(int), length);
        records = records[(sizeof(int) + length)..];
        return value;
    }

    private static void Write(Call call, ReadOnlySpan<byte> value, RecordWriter target)
    {
        switch (call)
        {
            case Call.Text: target.WriteText(value, formulaSafe: false); break;
            case Call.SafeText: target.WriteText(value, formulaSafe: true); break;
            case Call.Integer: target.WriteInteger(value); break;
            case Call.Number: target.WriteNumber(value); break;
            case Call.Date: target.WriteDate(value); break;
            case Call.Time: target.WriteTime(value); break;
            case Call.DateTime: target.WriteDateTime(value); break;
            case Call.Year: target.WriteYear(value); break;
            default: throw new ArgumentOutOfRangeException(nameof(call), call, "No call has this number.");
        }
    }

    private void Append(Call call, ReadOnlySpan<byte> value)
    {
        _calls.Append((byte)call);
        BinaryPrimitives.WriteInt32LittleEndian(_calls.GetSpan(sizeof(int)), value.Length);
        _calls.Advance(sizeof(int));
        _calls.Append(value);
    }
}
