using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Serverless.Email.Recipients;

namespace Serverless.Email.Jobs;

/// <summary>
/// Finds recipients whose address stands earlier in a list. Holds so many addresses' hashes at once and no more: of a longer list, one
/// share
/// of all addresses after the other, each in a walk of its own.
/// </summary>
/// <param name="maxKept">The addresses to hold at once, at 16 bytes each and as much again.</param>
internal sealed class RepeatedRecipients(int maxKept)
{
    private readonly HashSet<UInt128> _seen = [];
    private readonly List<byte> _bits = [];
    private bool _isOverfull;

    /// <summary>The number that was found.</summary>
    public long Count { get; private set; }

    /// <summary>One bit for each recipient, from the lowest of the first byte on: it is set for one that repeats an earlier one.</summary>
    public byte[] Bits => [.. _bits];

    /// <summary>Takes the list's next recipient in the first walk.</summary>
    public void Add(long index, Recipient recipient)
    {
        if (index / 8 >= _bits.Count) _bits.Add(0);
        if (_isOverfull || HashOf(recipient) is not { } hash) return;
        if (!_seen.Add(hash)) Mark(index);
        _isOverfull = _seen.Count > maxKept;
    }

    /// <summary>Walks the list again where the first walk could not hold all addresses.</summary>
    /// <param name="total">Recipients in the list.</param>
    /// <param name="walk">Walks the list and hands out each recipient with its place.</param>
    public async Task CompleteAsync(long total, Func<Action<long, Recipient>, Task> walk)
    {
        if (!_isOverfull) return;
        Count = 0;
        for (var i = 0; i < _bits.Count; i++) _bits[i] = 0;
        var shares = (ulong)(total / maxKept + 1);
        for (var share = 0UL; share < shares; share++)
        {
            _seen.Clear();
            await walk((index, recipient) =>
            {
                if (HashOf(recipient) is { } hash && (ulong)hash % shares == share && !_seen.Add(hash)) Mark(index);
            });
        }
    }

    private static UInt128? HashOf(Recipient recipient)
    {
        if (recipient.Fault is not null || !Mailbox.TryParse(recipient.To, out var mailbox, out _)) return null;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(Mailbox.Normalize(mailbox)), hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    private void Mark(long index)
    {
        _bits[(int)(index / 8)] |= (byte)(1 << (int)(index % 8));
        Count++;
    }
}
