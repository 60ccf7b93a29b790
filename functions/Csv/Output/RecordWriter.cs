namespace Serverless.Csv.Output;

/// <summary>
/// Takes accepted records, column by column in the schema's order, and holds their encoded bytes until the caller has stored them.
/// Values come as canonical UTF-8 text. A record counts only once it is committed.
/// </summary>
internal abstract class RecordWriter : IAsyncDisposable
{
    /// <summary>The size of the records that wait to be taken, in bytes: encoded, and an estimate of those still to be encoded.</summary>
    public abstract int Buffered { get; }

    /// <summary>The encoded bytes of committed records, valid until the next call of any member.</summary>
    public abstract ReadOnlyMemory<byte> Pending { get; }

    /// <summary>The same in pieces, which are not put together before they are stored.</summary>
    public virtual IReadOnlyList<ReadOnlyMemory<byte>> PendingPieces => [Pending];

    /// <summary>Starts a record.</summary>
    public abstract void Begin();

    public abstract void WriteMissing();

    /// <param name="utf8">Valid UTF-8.</param>
    /// <param name="formulaSafe">Where a spreadsheet could run the text, it must not.</param>
    public abstract void WriteText(ReadOnlySpan<byte> utf8, bool formulaSafe);

    public abstract void WriteInteger(ReadOnlySpan<byte> digits);

    /// <param name="digits">Decimal text with an optional exponent (<c>1.5e-3</c>), or <c>NaN</c>, <c>INF</c>, <c>-INF</c>.</param>
    public abstract void WriteNumber(ReadOnlySpan<byte> digits);

    public abstract void WriteBoolean(bool value);

    /// <param name="iso"><c>yyyy-MM-dd</c>.</param>
    public abstract void WriteDate(ReadOnlySpan<byte> iso);

    /// <param name="iso"><c>HH:mm:ss</c> with up to nine decimals.</param>
    public abstract void WriteTime(ReadOnlySpan<byte> iso);

    /// <param name="iso">Date, <c>T</c> and time; <c>Z</c> at the end where the zone is known.</param>
    public abstract void WriteDateTime(ReadOnlySpan<byte> iso);

    /// <param name="iso">At least four digits.</param>
    public abstract void WriteYear(ReadOnlySpan<byte> iso);

    /// <summary>Keeps the record.</summary>
    public abstract void Commit();

    /// <summary>Drops what was written since <see cref="Begin"/>.</summary>
    public abstract void Rollback();

    /// <summary>Encodes what was committed, so that <see cref="Pending"/> holds it all.</summary>
    public abstract ValueTask FlushAsync(CancellationToken cancellationToken = default);

    /// <summary>Forgets <see cref="Pending"/>, once it is stored.</summary>
    public abstract void Clear();

    /// <summary>Encodes the rest and what the format wants at its end; no record may follow.</summary>
    public abstract ValueTask CompleteAsync(CancellationToken cancellationToken = default);

    public abstract ValueTask DisposeAsync();
}
