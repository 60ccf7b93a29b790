using System.Text;
using Serverless.Storage;

namespace Serverless.Email.Templates;

/// <summary>Checks templates before they are stored, by what holds when they are filled.</summary>
internal static class TemplateUpload
{
    private const string Extension = ".liquid";

    /// <summary>True when a file is part of a template.</summary>
    public static bool IsTemplate(BlobName name) =>
        name.Container == Containers.Templates && name.Path.EndsWith(Extension, StringComparison.Ordinal);

    /// <summary>Reads a template's part, and checks it.</summary>
    /// <returns>The part as it came.</returns>
    /// <exception cref="TemplateException">It is no Liquid, no UTF-8, or asks for too much.</exception>
    public static async Task<MemoryStream> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        var part = new MemoryStream();
        var chunk = new byte[32 << 10];
        while (await body.ReadAsync(chunk, cancellationToken) is var read and > 0)
        {
            if (part.Length + read > TemplateStore.MaxBytes)
                throw new TemplateException($"The template is larger than {TemplateStore.MaxBytes} bytes.");
            part.Write(chunk, 0, read);
        }

        Liquid.Parse(Text(part), "template");
        part.Position = 0;
        return part;
    }

    private static string Text(MemoryStream part)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(part.GetBuffer(), 0, (int)part.Length);
        }
        catch (DecoderFallbackException e)
        {
            throw new TemplateException("The template is no UTF-8 text.", e);
        }
    }
}
