using System.Text.Json;
using Serverless.CsvJobs.Blobs;

namespace Serverless.CsvJobs.Keys;

/// <summary>The part blobs with what is known of columns.</summary>
internal static class ColumnParts
{
    public static async Task SaveAsync<T>(JobFolder folder, string name, T content, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(content));
        await folder.GetPart(name).UploadAsync(stream, overwrite: true, cancellationToken);
    }

    public static async Task<T> LoadAsync<T>(JobFolder folder, string name, CancellationToken cancellationToken)
        where T : class
    {
        var content = await folder.GetPart(name).DownloadContentAsync(cancellationToken);
        return content.Value.Content.ToObjectFromJson<T>() ?? throw new InvalidDataException($"{name} of {folder.Name} is empty.");
    }
}
