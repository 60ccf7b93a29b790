using System.Text.Json;

namespace Serverless.Workflows.Items;

/// <summary>Writes the elements of an array as JSON Lines.</summary>
internal static class ArrayItems
{
    private const int Batch = 1 << 16;

    public static async Task WriteAsync(JsonElement array, Stream target, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        foreach (var item in array.EnumerateArray())
        {
            // Written anew: the text of the element may hold line breaks.
            using (var writer = new Utf8JsonWriter(buffer)) item.WriteTo(writer);
            buffer.WriteByte((byte)'\n');
            if (buffer.Length < Batch) continue;
            await target.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), cancellationToken);
            buffer.SetLength(0);
        }

        await target.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), cancellationToken);
    }
}
