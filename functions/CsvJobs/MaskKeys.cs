using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Serverless.Csv.Schema;
using Serverless.Csv.Values;

namespace Serverless.CsvJobs;

/// <summary>The keys of masked values. Requests name a setting and never bring a key.</summary>
internal sealed class MaskKeys(IOptions<CsvSettings> settings)
{
    /// <summary>The key that is meant when none is named.</summary>
    public const string DefaultName = "default";

    // 128 bits, if it is random text.
    private const int MinLength = 22;

    private const int CheckBytes = 8;

    /// <summary>The mark by which a key is told from others, and which tells nothing of it; empty for none.</summary>
    public static string Check(byte[]? key) =>
        key is null ? "" : Convert.ToHexStringLower(HMACSHA256.HashData(key, "serverless mask key"u8).AsSpan(0, CheckBytes));

    /// <summary>The key that a job's values were masked with; null when it hashed none.</summary>
    /// <param name="name">The key's name.</param>
    /// <param name="schema">The schema.</param>
    /// <param name="check">The mark of the key that was used.</param>
    /// <exception cref="CsvJobException">There is no such key any more, or another by that name.</exception>
    internal byte[]? FindUsed(string? name, TableSchema schema, string? check)
    {
        var key = Find(name, schema);
        return Check(key) == (check ?? "")
            ? key
            : throw new CsvJobException(
                $"The key in the setting Csv__MaskKeys__{name ?? DefaultName} is not the one that the job's values were hashed with: " +
                "nothing was changed.");
    }

    /// <summary>The key for a schema's values; null when it hashes none.</summary>
    /// <exception cref="CsvJobException">There is no such key.</exception>
    internal byte[]? Find(string? name, TableSchema schema)
    {
        if (schema.Fields.All(f => f.Mask != MaskKind.Hash)) return null;
        name ??= DefaultName;
        if (!settings.Value.MaskKeys.TryGetValue(name, out var key) || string.IsNullOrWhiteSpace(key))
        {
            throw new CsvJobException(
                $"There is no key \"{name}\" for the columns that the schema hashes: it belongs into the setting Csv__MaskKeys__{name}.");
        }

        return key.Length >= MinLength
            ? Encoding.UTF8.GetBytes(key)
            : throw new CsvJobException(
                $"The key in the setting Csv__MaskKeys__{name} can be guessed: it needs {MinLength} random characters.");
    }
}
