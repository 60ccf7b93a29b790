using System.Buffers.Binary;
using Serverless.Csv.Keys;
using Serverless.CsvJobs.Run;

namespace Serverless.CsvJobs.Mending;

/// <summary>The keys of the records that earlier rounds have mended, by the schema's lists.</summary>
/// <param name="index">Has the entries, whose positions are numbers of records, and the texts of those that are hashes.</param>
internal sealed class KeptKeys(OutputIndex index)
{
    /// <summary>The keys of a list.</summary>
    /// <exception cref="CsvJobException">An earlier version has stored them without their texts.</exception>
    public IEnumerable<StoredKey> List(int list)
    {
        var entries = list < index.Keys.Count ? index.Keys[list] : [];
        var texts = new ReadOnlyMemory<byte>(list < index.KeyTexts.Count ? index.KeyTexts[list] : []);
        for (var at = 0; at < entries.Length; at += KeyEntry.Length)
        {
            var entry = KeyEntry.Read(entries.AsSpan(at));
            yield return new StoredKey(entry, entry.IsHashed ? TakeText(ref texts) : default);
        }
    }

    /// <summary>The keys that the next round gets, and their texts.</summary>
    public static (byte[] Entries, byte[] Texts) Write(IEnumerable<StoredKey> keys)
    {
        var (entries, texts) = (new List<byte>(), new List<byte>());
        var bytes = new byte[KeyEntry.Length];
        foreach (var (entry, text) in keys)
        {
            entry.Write(bytes);
            entries.AddRange(bytes);
            if (!entry.IsHashed) continue;
            BinaryPrimitives.WriteInt32LittleEndian(bytes, text.Length);
            texts.AddRange(bytes.AsSpan(0, sizeof(int)));
            texts.AddRange(text.Span);
        }

        return ([.. entries], [.. texts]);
    }

    private static ReadOnlyMemory<byte> TakeText(ref ReadOnlyMemory<byte> texts)
    {
        if (texts.IsEmpty)
        {
            throw new CsvJobException(
                "The job was mended before long keys were compared in full. Run it again with \"force\": true: nothing was changed.");
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(texts.Span);
        var text = texts.Slice(sizeof(int), length);
        texts = texts[(sizeof(int) + length)..];
        return text;
    }
}

/// <summary>A key as it is stored: its entry, and its text where that is a hash.</summary>
internal readonly record struct StoredKey(KeyEntry Entry, ReadOnlyMemory<byte> Text);

/// <summary>A key of one of the schema's lists.</summary>
internal readonly record struct KeyOfList(int List, ulong High, ulong Low)
{
    public KeyOfList(int list, in KeyEntry entry)
        : this(list, entry.High, entry.Low)
    {
    }
}
