using Serverless.Csv.Output;

namespace Serverless.CsvJobs.Load;

/// <summary>Writes records twice: to the output, and to where they are loaded. What is pending is the output's.</summary>
internal sealed class TeeRecordWriter(RecordWriter output, RecordWriter load) : RecordWriter
{
    public override int Buffered => output.Buffered;

    public override ReadOnlyMemory<byte> Pending => output.Pending;

    public override IReadOnlyList<ReadOnlyMemory<byte>> PendingPieces => output.PendingPieces;

    public override void Begin()
    {
        output.Begin();
        load.Begin();
    }

    public override void WriteMissing()
    {
        output.WriteMissing();
        load.WriteMissing();
    }

    public override void WriteText(ReadOnlySpan<byte> utf8, bool formulaSafe)
    {
        output.WriteText(utf8, formulaSafe);
        load.WriteText(utf8, formulaSafe);
    }

    public override void WriteInteger(ReadOnlySpan<byte> digits)
    {
        output.WriteInteger(digits);
        load.WriteInteger(digits);
    }

    public override void WriteNumber(ReadOnlySpan<byte> digits)
    {
        output.WriteNumber(digits);
        load.WriteNumber(digits);
    }

    public override void WriteBoolean(bool value)
    {
        output.WriteBoolean(value);
        load.WriteBoolean(value);
    }

    public override void WriteDate(ReadOnlySpan<byte> iso)
    {
        output.WriteDate(iso);
        load.WriteDate(iso);
    }

    public override void WriteTime(ReadOnlySpan<byte> iso)
    {
        output.WriteTime(iso);
        load.WriteTime(iso);
    }

    public override void WriteDateTime(ReadOnlySpan<byte> iso)
    {
        output.WriteDateTime(iso);
        load.WriteDateTime(iso);
    }

    public override void WriteYear(ReadOnlySpan<byte> iso)
    {
        output.WriteYear(iso);
        load.WriteYear(iso);
    }

    public override void Commit()
    {
        output.Commit();
        load.Commit();
    }

    public override void Rollback()
    {
        output.Rollback();
        load.Rollback();
    }

    public override ValueTask FlushAsync(CancellationToken cancellationToken = default) => output.FlushAsync(cancellationToken);

    public override void Clear() => output.Clear();

    public override ValueTask CompleteAsync(CancellationToken cancellationToken = default) => output.CompleteAsync(cancellationToken);

    public override ValueTask DisposeAsync() => output.DisposeAsync();
}
