using System.Buffers;
using Azure.Storage.Blobs.Specialized;
using Serverless.Csv.Output;
using Serverless.Csv.Proof;
using Serverless.CsvParsing;
using Serverless.Storage;

namespace Serverless.CsvJobs.Blobs;

/// <summary>
/// Writes a blob's next blocks: while one is on its way to storage the next is being filled, so that memory is two blocks at most, whatever
/// is written. Nothing is visible until somebody commits the blocks.
/// </summary>
/// <param name="blob">The blob to stage to.</param>
/// <param name="blockId">The id of the block with a given number, from 0.</param>
/// <param name="blockBytes">From this size on a block is sent.</param>
/// <param name="hash">The hash of each block; null for none.</param>
/// <param name="compression">Packed, each block is a member of the file and its size that of its text.</param>
internal sealed class BlockStager(
    BlockBlobClient blob, Func<int, string> blockId, int blockBytes, HashKind? hash = null,
    CsvCompression compression = CsvCompression.None) : IAsyncDisposable
{
    private readonly ByteHash? _hash = hash is { } kind ? new ByteHash(kind) : null;
    private readonly GzipMember? _member = compression == CsvCompression.Gzip ? new GzipMember() : null;
    private readonly List<BlockProof> _proofs = [];
    private ChunkedBuffer _filling = new();
    private Task _upload = Task.CompletedTask;

    /// <summary>
    /// The buffer to write into: the same until the next call of <see cref="SendFullAsync"/> or <see cref="FinishAsync"/>.
    /// </summary>
    public IBufferWriter<byte> Writer => _filling;

    /// <summary>The hashes of the blocks sent so far: of what <see cref="Write"/> was given.</summary>
    public IReadOnlyList<BlockProof> Proofs => _proofs;

    /// <summary>Blocks sent so far.</summary>
    public int Blocks { get; private set; }

    /// <summary>Bytes sent so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>True when the block that is being filled has its size.</summary>
    public bool IsFull => (_member?.TextLength ?? _filling.Length) >= blockBytes;

    /// <summary>True when the block that is being filled has nothing yet.</summary>
    public bool IsEmpty => _filling.Length == 0 && _member is not { TextLength: > 0 };

    /// <summary>Writes to the block that is being filled, and hashes the bytes while they lie in the processor's cache.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_member is null)
        {
            Append(bytes);
            return;
        }

        _member.Write(bytes);
        AppendPacked(_member);
    }

    /// <summary>Starts to send the block that is being filled, once the previous one has arrived.</summary>
    public async ValueTask SendFullAsync(CancellationToken cancellationToken)
    {
        if (_member is { TextLength: > 0 })
        {
            _member.End();
            AppendPacked(_member);
        }

        var full = _filling;
        if (full.Length == 0) return;
        await _upload;
        _filling = new ChunkedBuffer();
        var length = full.Length;
        _upload = SendAsync(full, blockId(Blocks), cancellationToken);
        if (_hash is not null) _proofs.Add(new BlockProof(length, _hash.End()));
        Bytes += length;
        Blocks++;
    }

    /// <summary>Sends the rest and waits until all has arrived.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        await SendFullAsync(cancellationToken);
        await _upload;
    }

    /// <summary>Sends the rest and makes the blob visible: in one request when it is small.</summary>
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        if (Blocks == 0 && _filling.Length > 0)
        {
            using var content = _filling.OpenRead();
            await blob.UploadAsync(content, cancellationToken: cancellationToken);
            Bytes += _filling.Length;
            _filling.Clear();
            return;
        }

        await FinishAsync(cancellationToken);
        await blob.CommitBlockListAsync(Enumerable.Range(0, Blocks).Select(blockId), cancellationToken: cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // What is on its way is let go by its request, which still reads from it.
        await _upload.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _hash?.Dispose();
        _member?.Dispose();
        _filling.Dispose();
    }

    private void AppendPacked(GzipMember member)
    {
        Append(member.Pending);
        member.Clear();
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        _hash?.Append(bytes);
        Writer.Write(bytes);
    }

    // The memory is given back as soon as the block has arrived: another range fills it meanwhile.
    private async Task SendAsync(ChunkedBuffer block, string id, CancellationToken cancellationToken)
    {
        using var sent = block;
        await using var content = sent.OpenRead();
        await blob.StageBlockAsync(id, content, cancellationToken: cancellationToken);
    }
}
