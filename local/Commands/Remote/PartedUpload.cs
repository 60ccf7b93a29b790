using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using Serverless.Files;
using Serverless.Local.CommandLine;
using Serverless.Storage;

namespace Serverless.Local.Commands.Remote;

/// <summary>
/// Sends a large file in parts, some at once, and goes on where an earlier run stopped: the upload's name is made of the file's name, size
/// and time, so that a file that was changed since begins anew.
/// </summary>
internal sealed class PartedUpload(HostApi api, int partBytes = PartedUpload.UsualPartBytes)
{
    /// <summary>Files above this are sent in parts: far below the 100 MB that a host on Azure takes in one request.</summary>
    public const int UsualPartBytes = 64 << 20;

    private const int MaxAtOnce = 4;
    private const int MaxTries = 3;

    /// <summary>Stores a file.</summary>
    /// <param name="path">The container and the path in it, escaped.</param>
    /// <param name="file">The file.</param>
    /// <param name="cancellationToken">Ends the transfer; the next run goes on with it.</param>
    /// <returns>The host's answer.</returns>
    /// <exception cref="CommandFailedException">Parts could not be sent.</exception>
    public async Task<JsonElement> SendAsync(string path, string file, CancellationToken cancellationToken)
    {
        using var handle = File.OpenHandle(file, options: FileOptions.Asynchronous);
        var length = RandomAccess.GetLength(handle);
        var id = NameOf(file, length, File.GetLastWriteTimeUtc(handle));
        var state = (await api.GetAsync(HostApi.BuildPath($"uploads/{path}", ("upload", id)), cancellationToken))
            .Deserialize<UploadState>(JsonSerializerOptions.Web)!;

        var options = new ParallelOptions { MaxDegreeOfParallelism = MaxAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(
            FindMissing(state.Parts, length, partBytes), options,
            async (part, token) => await SendPartAsync(path, id, handle, part, token));

        var complete = HostApi.BuildPath($"uploads/{path}", ("upload", id), ("length", length.ToString(CultureInfo.InvariantCulture)));
        return await api.SendAsync(HttpMethod.Post, complete, null, cancellationToken);
    }

    /// <summary>The name of an upload: the same for a file that is sent again, another once the file was changed.</summary>
    public static string NameOf(string file, long length, DateTime writtenAt) => ContentHash.Of(
        Path.GetFileName(file), length.ToString(CultureInfo.InvariantCulture), writtenAt.ToString("O", CultureInfo.InvariantCulture));

    /// <summary>The parts of a file that have not arrived, none larger than the given size.</summary>
    public static IEnumerable<UploadedRange> FindMissing(IReadOnlyList<UploadedRange> arrived, long length, int partBytes)
    {
        var start = 0L;
        foreach (var range in arrived.Append(new UploadedRange(length, 0)))
        {
            for (; start < Math.Min(range.Offset, length); start += partBytes)
                yield return new UploadedRange(start, Math.Min(partBytes, Math.Min(range.Offset, length) - start));
            start = range.Offset + range.Size;
        }
    }

    private async Task SendPartAsync(string path, string id, SafeFileHandle handle, UploadedRange part, CancellationToken cancellationToken)
    {
        var address = HostApi.BuildPath(
            $"uploads/{path}", ("upload", id), ("offset", part.Offset.ToString(CultureInfo.InvariantCulture)));
        for (var tries = 1; ; tries++)
        {
            try
            {
                using var content = new FilePartContent(handle, part);
                await api.SendFileAsync(address, content, cancellationToken);
                return;
            }
            catch (HttpRequestException e) when (tries == MaxTries)
            {
                throw new CommandFailedException("The connection broke off. Run it again: it goes on where it stopped.", e);
            }
            catch (HttpRequestException)
            {
                // A part that is sent again replaces itself.
            }
        }
    }

    private sealed class FilePartContent(SafeFileHandle handle, UploadedRange part) : HttpContent
    {
        private const int BufferBytes = 256 << 10;

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var buffer = new byte[BufferBytes];
            for (var sent = 0L; sent < part.Size;)
            {
                var wanted = (int)Math.Min(buffer.Length, part.Size - sent);
                var read = await RandomAccess.ReadAsync(handle, buffer.AsMemory(0, wanted), part.Offset + sent);
                if (read == 0) throw new CommandFailedException("The file became shorter while it was sent.");
                await stream.WriteAsync(buffer.AsMemory(0, read));
                sent += read;
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = part.Size;
            return true;
        }
    }
}
