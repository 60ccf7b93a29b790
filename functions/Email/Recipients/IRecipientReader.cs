namespace Serverless.Email.Recipients;

/// <summary>
/// Reads recipients one after the other, in memory that depends on the longest only:
/// <c>do { while (reader.TryRead()) Use(reader.Read()); } while (await reader.FillAsync(token));</c>
/// </summary>
internal interface IRecipientReader : IDisposable
{
    /// <summary>
    /// The position in bytes at which the current recipient starts: a reader that starts there reads the same from there on.
    /// </summary>
    long Position { get; }

    /// <summary>Moves to the next recipient if it was fetched; if not, <see cref="FillAsync"/> is to be called.</summary>
    bool TryRead();

    /// <summary>Fetches more. False: every recipient was read.</summary>
    ValueTask<bool> FillAsync(CancellationToken cancellationToken);

    /// <summary>The current recipient; what is wrong with it is part of it.</summary>
    Recipient Read();
}
