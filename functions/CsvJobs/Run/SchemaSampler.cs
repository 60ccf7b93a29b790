using Serverless.Csv.Inference;
using Serverless.Csv.Ranges;
using Serverless.CsvJobs.Sources;
using Serverless.CsvParsing;

namespace Serverless.CsvJobs.Run;

/// <summary>
/// Takes the sample that a schema is inferred from: a small file whole, of a large one the beginning and spots all over it, so that what
/// changes further down is seen too. A spot's share of the file, and of the job's time, is a few per cent at most. What can be read from
/// its start only is read up to a limit, and passed over between its spots.
/// </summary>
internal static class SchemaSampler
{
    private const long BeginningBytes = 256 << 10;

    // Unpacking takes a fraction of what cleaning takes; reading a sheet's cells takes most of it.
    private const long MaxUnpackedBytes = 256 << 20;
    private const long MaxSheetBytes = 32 << 20;
    private const long BytesPerSequentialSpot = 512 << 10;
    private const long SequentialSpotBytes = 32 << 10;
    private const long WholeBytes = 1 << 20;
    private const long BytesPerSpot = 2 << 20;
    private const int SpotBytes = 64 << 10;
    private const int MaxSpots = 16;

    // Characters of several bytes start at multiples of their size.
    private const int Alignment = 4;

    // After so many records with as many fields as the file has columns a spot is taken to be read from a record's start.
    private const int InStep = 2;

    /// <summary>Infers a schema.</summary>
    /// <param name="reader">Stands before the first record.</param>
    /// <param name="header">The header.</param>
    /// <param name="dialect">How the file is written.</param>
    /// <param name="file">The file, for spots; null when it can be read from its start only.</param>
    /// <param name="packing">What the text is wrapped in.</param>
    /// <param name="share">The share of a column's values that has to be of a type.</param>
    /// <param name="nullValues">Texts that stand for no value.</param>
    /// <param name="cancellationToken">Ends the reads.</param>
    public static async Task<InferredSchema> InferAsync(
        CsvRecordReader reader, CsvHeader header, CsvDialect dialect, SampledSource? file, PackingKind packing, double share,
        IReadOnlyList<string> nullValues, CancellationToken cancellationToken)
    {
        var start = reader.NextPosition;
        var beginning = start + (file?.Size <= WholeBytes ? file.Size : BeginningBytes);
        var end = file is not null ? beginning : start + (packing == PackingKind.Workbook ? MaxSheetBytes : MaxUnpackedBytes);
        SchemaInference? inference = null;
        var isMore = true;
        do
        {
            while (reader.NextPosition < end && reader.TryRead())
            {
                // Without a header the first record that is not blank tells how many columns there are.
                if (inference is null && header.Names.Count == 0 && reader.Current.IsBlank) continue;
                inference ??= new SchemaInference(NamesOf(header, reader.Current.Fields.Length), dialect, share, nullValues);
                if (IsSampled(reader.Position - beginning)) inference.Add(reader.Current);
            }
        }
        while (reader.NextPosition < end && (isMore = await reader.FillAsync(cancellationToken)));

        inference ??= new SchemaInference(NamesOf(header, 0), dialect, share, nullValues);
        if (file is not null && file.Size > end) await AddSpotsAsync(file, dialect, start, end, inference, cancellationToken);
        return inference.Build() with { UnseenFrom = file is null && isMore ? end : null };
    }

    private static bool IsSampled(long behindBeginning) =>
        behindBeginning < 0 || behindBeginning % BytesPerSequentialSpot >= BytesPerSequentialSpot - SequentialSpotBytes;

    private static async Task AddSpotsAsync(
        SampledSource file, CsvDialect dialect, long start, long from, SchemaInference inference, CancellationToken cancellationToken)
    {
        var spots = (int)Math.Clamp((file.Size - from) / BytesPerSpot, 1, MaxSpots);
        var step = Math.Max(0, file.Size - SpotBytes - from) / spots;
        for (var spot = 1; spot <= spots; spot++)
        {
            var at = from + (spot * step);
            at -= (at - start) % Alignment;
            await AddSpotAsync(file, dialect, new ByteRange(at, Math.Min(at + SpotBytes, file.Size)), inference, cancellationToken);
        }
    }

    // A spot may start within a quoted field, whose lines are no records: those have another number of fields, and are passed over.
    private static async Task AddSpotAsync(
        SampledSource file, CsvDialect dialect, ByteRange spot, SchemaInference inference, CancellationToken cancellationToken)
    {
        await using var reader = new RangeReader(file.Source, file.Size, dialect, spot, first: null);
        var inStep = 0;
        try
        {
            do
            {
                while (reader.TryRead())
                {
                    var record = reader.Current;
                    inStep = record.Fields.Length == inference.Columns && !record.IsBlank && !record.Unclosed ? inStep + 1 : 0;

                    // Of a single column every line looks like a record.
                    if (inference.Columns == 1 && record.Raw.Contains((byte)dialect.Quote)) return;
                    if (inStep > InStep) inference.Add(record);
                }
            }
            while (await reader.FillAsync(cancellationToken));
        }
        catch (CsvFormatException)
        {
            // Read from within a field a line may seem too long; whether one is, the job finds out.
        }
    }

    private static IReadOnlyList<string> NamesOf(CsvHeader header, int count) =>
        header.Names.Count > 0 ? ColumnNames.Of(header.Names) : ColumnNames.Of(count);
}
