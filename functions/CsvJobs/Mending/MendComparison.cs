using Serverless.Csv.Keys;
using Serverless.Csv.Schema;
using Serverless.Csv.Summary;
using Serverless.CsvJobs.Keys;
using Serverless.CsvJobs.Run;

namespace Serverless.CsvJobs.Mending;

/// <summary>Holds the records of a round against all others, as far as the schema asks for it.</summary>
internal sealed class MendComparison : IAsyncDisposable
{
    private readonly TableSchema _schema;
    private readonly KeyReading _reading;
    private readonly MendedKeys _keys;
    private readonly MendedColumns _columns;

    /// <param name="index">What was mended before.</param>
    /// <param name="schema">The schema.</param>
    /// <param name="raws">Reads and writes records.</param>
    /// <param name="maskKey">The key of masked values.</param>
    /// <param name="hashing">The way in which keys become entries.</param>
    public MendComparison(OutputIndex index, TableSchema schema, RawRecords raws, byte[]? maskKey, KeyHashing hashing)
    {
        _schema = schema;
        _reading = new KeyReading(index.Plan, schema, maskKey, hashing);
        _keys = new MendedKeys(index, schema, raws, _reading, Findings);
        _columns = new MendedColumns(index, schema, raws, maskKey, Findings);
    }

    /// <summary>The findings.</summary>
    public MendFindings Findings { get; } = new();

    /// <summary>Compares.</summary>
    /// <param name="input">The file.</param>
    /// <param name="references">The files that it refers to.</param>
    /// <param name="rejects">The list of rejects.</param>
    /// <param name="selection">What was sent.</param>
    /// <param name="cancellationToken">Ends the reads.</param>
    public async Task RunAsync(
        MendInput input, ReferencedFileReader references, OwnRejects rejects, MendSelection selection, CancellationToken cancellationToken)
    {
        if (_schema.KeyLists == 0 && !_schema.ColumnChecks.Any) return;
        await rejects.VisitAsync(
            reject =>
            {
                var choice = selection.Find(reject, out _);
                if (_schema.KeyLists > 0) _keys.Add(reject, choice);
                if (_schema.ColumnChecks.Any) _columns.Add(reject, choice);
            },
            cancellationToken);
        if (_schema.KeyLists > 0) await _keys.CompareAsync(input, references, rejects, cancellationToken);
        if (_schema.ColumnChecks.Any) await _columns.CompareAsync(input, rejects, cancellationToken);
    }

    /// <summary>The index with what later rounds need.</summary>
    public OutputIndex Keep(OutputIndex next)
    {
        if (_schema.ColumnChecks.Any) next = next with { Cells = _columns.Keep() };
        if (_schema.KeyLists == 0) return next;
        var kept = _keys.Keep();
        return next with
        {
            Replaced = _keys.ListReplaced(),
            Keys = [.. kept.Select(k => k.Entries)],
            KeyTexts = [.. kept.Select(k => k.Texts)],
        };
    }

    /// <summary>The statistics with what columns tell as a whole.</summary>
    public ChunkStatistics Describe(ChunkStatistics statistics) => _schema.ColumnChecks.Any ? _columns.Describe(statistics) : statistics;

    public ValueTask DisposeAsync() => _reading.DisposeAsync();
}
