namespace Serverless.CsvParsing;

/// <summary>The bytes of a file, from any place on.</summary>
internal interface IRangeSource
{
    /// <summary>
    /// The <paramref name="count"/> bytes from <paramref name="offset"/> on, as they arrive: asked first for a range and a little
    /// more, then, rarely, for what a long record needs, in growing pieces. The caller disposes the stream, often before its end.
    /// </summary>
    ValueTask<Stream> OpenAsync(long offset, long count, CancellationToken cancellationToken);
}
