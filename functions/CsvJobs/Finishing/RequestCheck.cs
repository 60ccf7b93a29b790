using Serverless.Csv.SchemaParsing;
using Serverless.CsvJobs.Requests;
using Serverless.Http;

namespace Serverless.CsvJobs.Finishing;

/// <summary>Checks what a request names: its schema, the key of masked values, and who is to be told of the end.</summary>
internal sealed class RequestCheck(SchemaSource schemas, MaskKeys maskKeys, FinishCheck finish)
{
    /// <summary>Reads the schema and notes every fault. A schema that lies beside the file is not looked at yet.</summary>
    /// <returns>Null when the request has no schema, or one at fault.</returns>
    public async Task<GivenSchema?> ReadAsync(CsvRequest request, ValidationErrors faults, CancellationToken cancellationToken)
    {
        var given = await schemas.ReadAsync(request, faults, cancellationToken);
        if (given is not null && TableSchemaParser.Parse(given.Json).Schema is { } schema)
        {
            try
            {
                maskKeys.Find(request.Options.MaskKey, schema);
            }
            catch (CsvJobException e)
            {
                faults.Add("maskKey", e.Message);
            }
        }

        await finish.CheckAsync(request.Options.OnFinished, faults, cancellationToken);
        return given;
    }
}
