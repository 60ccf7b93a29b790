using Serverless.CsvJobs;

namespace Serverless.UnitTests.Csv.Intake;

public sealed class SchemasBesideTests
{
    [Theory]
    [InlineData("a.csv", "a.csv.schema.json", "a.schema.json")]
    [InlineData("a.csv.gz", "a.csv.gz.schema.json", "a.csv.schema.json", "a.schema.json")]
    [InlineData("in/a.csv.GZ", "in/a.csv.GZ.schema.json", "in/a.csv.schema.json", "in/a.schema.json")]
    [InlineData("a", "a.schema.json")]
    public void SchemasBeside_File_NamesInOrder(string path, params string[] expected) =>
        Assert.Equal(expected, IncomingBlobs.ListSchemasBeside(path));
}
