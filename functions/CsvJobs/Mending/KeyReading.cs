using Serverless.Csv.Cleaning;
using Serverless.Csv.Keys;
using Serverless.Csv.Schema;
using Serverless.CsvJobs.Run;
using Serverless.CsvParsing;

namespace Serverless.CsvJobs.Mending;

/// <summary>Takes a key of one of the schema's lists.</summary>
/// <param name="list">The list.</param>
/// <param name="key">What the key is known by: that of another one only when both are the same.</param>
internal delegate void KeyTaker(int list, in KeyEntry key);

/// <summary>Takes a key that is noted, and what it is stored by.</summary>
internal delegate void NotedKeyTaker(int list, in KeyEntry key, StoredKey stored);

/// <summary>
/// Reads the keys of single records. Where long ones share a hash their texts decide: those that were noted are known from then on, and all
/// others are none of them.
/// </summary>
internal sealed class KeyReading : IAsyncDisposable
{
    private const int RunLength = 1 << 14;

    private readonly TableSchema _schema;
    private readonly RecordCleaner _cleaner;
    private readonly KeyWriter _writer;
    private readonly KeyTexts _texts = new();

    /// <param name="plan">How records are read.</param>
    /// <param name="schema">The schema.</param>
    /// <param name="maskKey">The key of masked values.</param>
    /// <param name="hashing">The way in which keys become entries.</param>
    public KeyReading(CsvPlan plan, TableSchema schema, byte[]? maskKey, KeyHashing hashing)
    {
        _schema = schema;
        _cleaner = new RecordCleaner(schema, plan.Output, plan.Dialect, maskKey);
        Run = new KeyRun(new KeySlots(schema.KeyLists, 1), RunLength);
        _writer = new KeyWriter(schema, Run, hashing);
    }

    /// <summary>The keys that were read and are to be taken.</summary>
    public KeyRun Run { get; }

    /// <summary>Reads the keys of a record; one that does not meet the schema has none.</summary>
    /// <param name="record">The record.</param>
    /// <param name="position">Its place, which its entries have.</param>
    public void Read(in CsvRecord record, long position)
    {
        _writer.Position = position;
        _cleaner.TryClean(record, _writer, out _);
    }

    /// <summary>Takes the keys at hand, and knows them from now on.</summary>
    public void Note(NotedKeyTaker take) => Visit((list, i) =>
    {
        var stored = new StoredKey(Run[i].Entry, Run.TextOf(i).ToArray());
        take(list, Note(stored), stored);
    });

    /// <summary>The key of a stored one, which is known from now on.</summary>
    public KeyEntry Note(StoredKey stored) => _texts.Add(stored.Entry, stored.Text.Span);

    /// <summary>The key of a stored one; null when nobody has noted it.</summary>
    public KeyEntry? Find(StoredKey stored) => _texts.Find(stored.Entry, stored.Text.Span);

    /// <summary>Takes those of the keys at hand that somebody has noted.</summary>
    public void Compare(KeyTaker take) => Visit((list, i) =>
    {
        if (_texts.Find(Run[i].Entry, Run.TextOf(i)) is { } known) take(list, known);
    });

    public ValueTask DisposeAsync()
    {
        Run.Dispose();
        return _writer.DisposeAsync();
    }

    private void Visit(Action<int, int> take)
    {
        for (var list = 0; list < _schema.KeyLists; list++)
        {
            for (var i = 0; i < Run.Count; i++)
            {
                if (Run[i].Key == list) take(list, i);
            }
        }

        Run.Clear();
    }
}
