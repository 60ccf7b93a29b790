using Serverless.Csv.SchemaParsing;
using Serverless.Csv.Values;
using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Local;

public sealed class SchemaCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Schema_File_IsPrintedAloneAndRemarkedOnBeside()
    {
        var result = await CommandProcess.RunAsync(_folder.Path, "schema", Cases.Input("dates-ambiguous"));

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal([FieldType.Integer, FieldType.String], TableSchemaParser.Parse(result.Output).Schema!.Fields.Select(f => f.Type));
        Assert.Contains("d: two readings as a date: %d/%m/%Y or %m/%d/%Y", result.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, ".serverless")));
    }

    [Theory]
    [InlineData("There is no file none.csv.", "none.csv")]
    [InlineData(". is a folder.", ".")]
    [InlineData("inferenceShare: Must be above 0.5", "a.csv", "--inference-share", "0.4")]
    public async Task Schema_Fault_ExitsWith2(string expected, params string[] arguments)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "a.csv"), "a,b\n1,2\n");

        var result = await CommandProcess.RunAsync(_folder.Path, ["schema", .. arguments]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
    }
}
