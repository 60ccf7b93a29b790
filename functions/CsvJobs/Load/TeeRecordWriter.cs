using Serverless.Csv.Output;

namespace Serverless.CsvJobs.Load;

/// <summary>Writes records twice: to the output, and to where they are loaded. What is pending is the output's.</summary>
internal sealed class TeeRecordWriter(IRecordWriter output, IRecordWriter load) : IRecordWriter
{
    public int Buffered => output.Buffered;

    public ReadOnlyMemory<byte> Pending => output.Pending;

    public void Begin()
    {
        output.Begin();
        load.Begin();
    }

    public void WriteMissing()
    {
        output.WriteMissing();
        load.WriteMissing();
    }

    public void WriteText(ReadOnlySpan<byte> utf8, bool formulaSafe)
    {
        output.WriteText(utf8, formulaSafe);
        load.WriteText(utf8, formulaSafe);
    }

    public void WriteInteger(ReadOnlySpan<byte> digits)
    {
        output.WriteInteger(digits);
        load.WriteInteger(digits);
    }

    public void WriteNumber(ReadOnlySpan<byte> digits)
    {
        output.WriteNumber(digits);
        load.WriteNumber(digits);
    }

    public void WriteBoolean(bool value)
    {
        output.WriteBoolean(value);
        load.WriteBoolean(value);
    }

    public void WriteDate(ReadOnlySpan<byte> iso)
    {
        output.WriteDate(iso);
        load.WriteDate(iso);
    }

    public void WriteTime(ReadOnlySpan<byte> iso)
    {
        output.WriteTime(iso);
        load.WriteTime(iso);
    }

    public void WriteDateTime(ReadOnlySpan<byte> iso)
    {
        output.WriteDateTime(iso);
        load.WriteDateTime(iso);
    }

    public void WriteYear(ReadOnlySpan<byte> iso)
    {
        output.WriteYear(iso);
        load.WriteYear(iso);
    }

    public void Commit()
    {
        output.Commit();
        load.Commit();
    }

    public void Rollback()
    {
        output.Rollback();
        load.Rollback();
    }

    public ValueTask FlushAsync(CancellationToken cancellationToken = default) => output.FlushAsync(cancellationToken);

    public void Clear() => output.Clear();

    public ValueTask CompleteAsync(CancellationToken cancellationToken = default) => output.CompleteAsync(cancellationToken);

    public ValueTask DisposeAsync() => output.DisposeAsync();
}
