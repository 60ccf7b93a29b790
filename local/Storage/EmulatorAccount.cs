namespace Serverless.Local.Storage;

/// <summary>The account that every Azurite has; its name and key are published and guard nothing.</summary>
internal static class EmulatorAccount
{
    public const string Name = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    public static string BuildConnectionString(string blob, string queue, string table) =>
        $"DefaultEndpointsProtocol=http;AccountName={Name};AccountKey={Key};"
        + $"BlobEndpoint={blob}/{Name};QueueEndpoint={queue}/{Name};TableEndpoint={table}/{Name};";
}
